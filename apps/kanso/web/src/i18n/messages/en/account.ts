// English: account and sign-in.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const account = {
  title: "Account",
  signIn: "Sign in",
  register: "Create account",
  signOut: "Sign out",
  email: "E-mail address",
  password: "Password",
  showPassword: "Show password",
  passwordHint: "8 characters or more. A few words are strong, and easy to remember.",
  passwordMissing: (count: number) =>
    plural(count, { one: "# more character", other: "# more characters" }),
  passwordEnough: "Long enough.",
  signedInAs: "Signed in as",
  signedIn: "You are signed in",
  toAccount: "Go to your account",
  guest: "You are not signed in. Everything is on this device only.",
  benefit:
    "With an account your habits are on all your devices. What you have entered here comes along.",
  welcomeBack: "Sign in again and syncing goes on. What you have entered meanwhile comes along.",
  wrong: "The address or the password is wrong.",
  taken: "There is an account with this address already. Sign in instead.",
  badEmail: "This is not an e-mail address. It looks like name@example.org.",
  badPassword: "A password has 8 characters or more.",
  missing: "Please fill this in.",
  busy: "Too many tries. Wait a minute, then try again.",
  busyFor: (seconds: number) =>
    plural(seconds, {
      one: "Too many tries. Try again in # second.",
      other: "Too many tries. Try again in # seconds.",
    }),
  failed: "The server could not do this. Try again later; everything is saved on this device.",
  over: "Your session is over. Sign in again.",
  offlineProblem:
    "The server was not reached. Try again when you are online; everything is saved here meanwhile.",

  forgot: "Forgot your password?",
  forgotTitle: "Sign in without your password",
  forgotText:
    "We send a mail to the address of your account. Its link lets you choose a new password, or signs you in.",
  mailReset: "Send a link for a new password",
  mailSignIn: "Send a link that signs me in",
  backToSignIn: "Back to signing in",
  noMails:
    "This server sends no mails. On a device where you are signed in, you can see everything and save a copy; a new password can be set by whoever runs the server.",
  sentTitle: "Look into your mailbox",
  sentVerify: (email: string) =>
    `We have sent a mail to ${email}. Open its link to confirm the address, then sign in.`,
  sentReset: (email: string) =>
    `If ${email} has an account, a mail is on its way. Its link lets you choose a new password, within an hour.`,
  sentSignIn: (email: string) =>
    `If ${email} has an account, a mail is on its way. Its link signs you in on the device where you open it, within 15 minutes.`,
  sentHint:
    "Nothing there after a few minutes? Look among the unwanted mails, or check the address and try again.",
  linkOver: "This link was used already, or its time is over.",
  askAgain: "Send another mail",
  verifyTitle: "Confirm your address",
  verifyText: "You have made an account with this address. Confirm that it is yours.",
  verifyNow: "Confirm the address",
  verified: (email: string) => `${email} is confirmed. Sign in and begin.`,
  resetTitle: "Choose a new password",
  resetText: "All your devices are signed out then, and sign in with the new password.",
  resetNow: "Save the new password",
  passwordSet: "Your new password is saved. Sign in with it.",
  byMailText: "You asked for a link to sign in without a password.",
  otherByMail:
    "This device holds somebody else’s habits. Sign out of that account first, with a copy where you need one, and then ask for another link.",

  otherTitle: (email: string) => `This device holds the habits of ${email}`,
  otherSomebody: "somebody else",
  otherText:
    "Two people’s habits are never mixed. Before you can sign in with another account, these must leave this device. What is on the server stays there.",
  otherUnsynced: (count: number) =>
    plural(count, {
      one: "# change was never sent to the server. Keep a copy, or it is lost.",
      other: "# changes were never sent to the server. Keep a copy, or they are lost.",
    }),
  otherSynced: "Everything here is on the server, too. Nothing is lost.",
  otherExport: "Save a copy, then remove and sign in",
  otherDiscard: "Remove and sign in",
  otherBack: "Go back, change nothing",

  signedOutTitle: "You are signed out",
  signedOutText: (email: string) =>
    `${email} was signed out on this device. Your habits are still here, and what you enter is kept.`,
  endedByServerText: (email: string) =>
    `The server has ended the session of ${email} on this device: it was signed out elsewhere, the password was changed, or somebody else has used the session. Your habits are still here, and what you enter is kept. If it was not you, sign in again and change your password.`,
  signInAgain: "Sign in again",

  lastSync: "Last synced",
  neverSynced: "Not yet",
  devices: "Devices",
  devicesText: "Where this account is signed in.",
  devicesOffline: "The list of your devices can be seen when you are online.",
  thisDevice: "This device",
  lastSeen: (when: string) => `Last seen ${when}`,
  signOutOther: "Sign out",
  signOutDevice: (name: string) => `Sign out ${name}`,
  deviceSignedOut: (name: string) => `${name} is signed out`,
  retry: "Try again",

  changePassword: "Change password",
  changePasswordText: "All your other devices are signed out then.",
  currentPassword: "Current password",
  newPassword: "New password",
  passwordChanged: "Your password is changed. Your other devices will be signed out.",
  wrongPassword: "This is not your current password.",

  exportAll: "Take your data with you",
  exportAllText: "Everything as a file: for a copy, for spreadsheets or for another app.",
  toExport: "Export",

  signOutText: "Your habits stay on the server and on your other devices.",
  signOutTitle: "Sign out of this device?",
  signOutWaiting: (count: number) =>
    plural(count, {
      one: "# change is not on the server yet.",
      other: "# changes are not on the server yet.",
    }),
  signOutPush: "Send them, then sign out",
  signOutPushText: "Needs a network. Nothing is left on this device.",
  signOutClean: "Sign out",
  signOutCleanText: "Everything is on the server. Nothing is left on this device.",
  signOutKeep: "Sign out, keep them here",
  signOutKeepText: "They stay on this device until you sign in again.",
  signOutExport: "Save a copy, then sign out",
  signOutExportText: "You get a file with your habits. Nothing is left on this device.",
  signOutDiscard: "Sign out and lose them",
  signOutDiscardText: "What was not sent is gone for good.",
  signOutDecide:
    "Some changes were refused by the server, and wait for your decision. Decide first, or save a copy.",
  toDecide: "Decide now",

  remove: "Delete account",
  removeText:
    "Your account and everything in it will be deleted, on the server and on this device. Nobody can bring it back. Your other devices will be signed out.",
  removeType: (email: string) => `Type ${email} to confirm`,
  removeMismatch: "This is not the address of your account.",
  removeNow: "Delete everything for good",
  signOutSending: "Sending. This device is signed out when all of it is on the server.",
  signOutOffline:
    "There is no network. They are sent as soon as there is one, and then this device is signed out; or choose another way.",
  removedTitle: "Your account is deleted",
  removedText:
    "Everything of it was taken from the server and from this device. Thank you for having been here.",
  startAnew: "Start anew",
};

export type AccountMessages = typeof account;
