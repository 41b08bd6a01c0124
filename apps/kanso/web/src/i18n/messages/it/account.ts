// Italian: account and sign-in.

import type { AccountMessages } from "../en/account.ts";

export const account: AccountMessages = {
  title: "Account",
  signIn: "Accedi",
  register: "Crea account",
  signOut: "Esci",
  email: "Indirizzo e-mail",
  password: "Password",
  signedInAs: (email: string) => `Accesso effettuato come ${email}`,
  guest: "Non hai effettuato l’accesso. Tutto si trova solo su questo dispositivo.",
  benefit:
    "Con un account hai le tue abitudini su tutti i dispositivi. Ciò che hai inserito qui resta.",
  wrong: "L’indirizzo o la password non sono corretti.",
  taken: "Esiste già un account con questo indirizzo. Accedi con quello.",
  invalid: "Inserisci un indirizzo e-mail e una password di almeno 8 caratteri.",
  busy: "Il server è occupato. Riprova tra un minuto.",
  offlineProblem:
    "Il server non è raggiungibile. Riprova quando sei online; intanto tutto è salvato qui.",
};
