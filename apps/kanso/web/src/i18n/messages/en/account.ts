// English: account and sign-in.

export const account = {
  title: "Account",
  signIn: "Sign in",
  register: "Create account",
  signOut: "Sign out",
  email: "E-mail address",
  password: "Password",
  signedInAs: (email: string) => `Signed in as ${email}`,
  guest: "You are not signed in. Everything is on this device only.",
  benefit:
    "With an account your habits are on all your devices. What you have entered here comes along.",
  wrong: "The address or the password is wrong.",
  taken: "There is an account with this address already. Sign in instead.",
  invalid: "Enter an e-mail address, and a password of 8 characters or more.",
  busy: "The server is busy. Try again in a minute.",
  offlineProblem:
    "The server was not reached. Try again when you are online; everything is saved here meanwhile.",
};

export type AccountMessages = typeof account;
