// German: account and sign-in.

import type { AccountMessages } from "../en/account.ts";

export const account: AccountMessages = {
  title: "Konto",
  signIn: "Anmelden",
  register: "Konto anlegen",
  signOut: "Abmelden",
  email: "E-Mail-Adresse",
  password: "Passwort",
  signedInAs: (email: string) => `Angemeldet als ${email}`,
  guest: "Du bist nicht angemeldet. Alles ist nur auf diesem Gerät.",
  benefit:
    "Mit einem Konto hast du deine Gewohnheiten auf allen Geräten. Was du hier eingetragen hast, kommt mit.",
  wrong: "Die Adresse oder das Passwort stimmt nicht.",
  taken: "Für diese Adresse gibt es schon ein Konto. Melde dich damit an.",
  invalid: "Gib eine E-Mail-Adresse und ein Passwort mit mindestens 8 Zeichen ein.",
  busy: "Der Server ist ausgelastet. Versuche es in einer Minute noch einmal.",
  offlineProblem:
    "Der Server ist nicht erreichbar. Versuche es wieder, wenn du online bist; bis dahin ist hier alles gespeichert.",
};
