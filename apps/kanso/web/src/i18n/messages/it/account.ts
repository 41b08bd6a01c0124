// Italian: account and sign-in.

import { pluralOf } from "../../plural.ts";
import type { AccountMessages } from "../en/account.ts";

const plural = pluralOf("it");

export const account: AccountMessages = {
  title: "Account",
  signIn: "Accedi",
  register: "Crea account",
  signOut: "Esci",
  email: "Indirizzo e-mail",
  password: "Password",
  showPassword: "Mostra password",
  passwordHint: "Almeno 8 caratteri. Qualche parola è sicura e facile da ricordare.",
  passwordMissing: (count: number) =>
    plural(count, { one: "Ancora # carattere", other: "Ancora # caratteri" }),
  passwordEnough: "Abbastanza lunga.",
  signedInAs: "Accesso effettuato come",
  signedIn: "Hai effettuato l’accesso",
  toAccount: "Vai al tuo account",
  guest: "Non hai effettuato l’accesso. Tutto si trova solo su questo dispositivo.",
  benefit:
    "Con un account hai le tue abitudini su tutti i dispositivi. Ciò che hai inserito qui viene con te.",
  welcomeBack:
    "Accedi di nuovo e la sincronizzazione riprende. Ciò che hai inserito nel frattempo viene con te.",
  wrong: "L’indirizzo o la password non sono corretti.",
  taken: "Esiste già un account con questo indirizzo. Accedi con quello.",
  badEmail: "Questo non è un indirizzo e-mail. Ha la forma nome@example.org.",
  badPassword: "Una password ha almeno 8 caratteri.",
  missing: "Compila questo campo.",
  busy: "Troppi tentativi. Aspetta un minuto e riprova.",
  busyFor: (seconds: number) =>
    plural(seconds, {
      one: "Troppi tentativi. Riprova tra # secondo.",
      other: "Troppi tentativi. Riprova tra # secondi.",
    }),
  failed: "Il server non ci è riuscito. Riprova più tardi; tutto è salvato su questo dispositivo.",
  over: "La tua sessione è terminata. Accedi di nuovo.",
  offlineProblem:
    "Il server non è raggiungibile. Riprova quando sei online; intanto tutto è salvato qui.",

  forgot: "Password dimenticata?",
  forgotTitle: "Accedi senza password",
  forgotText:
    "Inviamo un’e-mail all’indirizzo del tuo account. Con il suo link scegli una nuova password oppure accedi.",
  mailReset: "Link per una nuova password",
  mailSignIn: "Link per accedere",
  backToSignIn: "Torna all’accesso",
  noMails:
    "Questo server non invia e-mail. Su un dispositivo dove hai effettuato l’accesso vedi tutto e puoi salvare una copia; una nuova password può impostarla chi gestisce il server.",
  sentTitle: "Guarda nella tua casella",
  sentVerify: (email: string) =>
    `Abbiamo inviato un’e-mail a ${email}. Apri il suo link per confermare l’indirizzo, poi accedi.`,
  sentReset: (email: string) =>
    `Se ${email} ha un account, un’e-mail è in arrivo. Con il suo link scegli una nuova password entro un’ora.`,
  sentSignIn: (email: string) =>
    `Se ${email} ha un account, un’e-mail è in arrivo. Il suo link ti fa accedere entro 15 minuti sul dispositivo dove lo apri.`,
  sentHint:
    "Dopo qualche minuto non c’è niente? Guarda nella posta indesiderata, o controlla l’indirizzo e riprova.",
  linkOver: "Questo link è già stato usato, o è scaduto.",
  askAgain: "Invia un’altra e-mail",
  verifyTitle: "Conferma il tuo indirizzo",
  verifyText: "Hai creato un account con questo indirizzo. Conferma che è tuo.",
  verifyNow: "Conferma l’indirizzo",
  verified: (email: string) => `${email} è confermato. Accedi e comincia.`,
  resetTitle: "Scegli una nuova password",
  resetText: "Tutti i tuoi dispositivi vengono disconnessi e accedono con la nuova password.",
  resetNow: "Salva la nuova password",
  passwordSet: "La tua nuova password è salvata. Usala per accedere.",
  byMailText: "Hai chiesto un link per accedere senza password.",
  otherByMail:
    "Su questo dispositivo ci sono le abitudini di un’altra persona. Esci prima da quell’account, se serve con una copia, e poi chiedi un altro link.",

  otherTitle: (email: string) => `Su questo dispositivo ci sono le abitudini di ${email}`,
  otherSomebody: "un’altra persona",
  otherText:
    "Le abitudini di due persone non vengono mai mescolate. Prima di accedere con un altro account, queste devono lasciare il dispositivo. Ciò che è sul server resta lì.",
  otherUnsynced: (count: number) =>
    plural(count, {
      one: "# modifica non è mai arrivata al server. Senza una copia va persa.",
      other: "# modifiche non sono mai arrivate al server. Senza una copia vanno perse.",
    }),
  otherSynced: "Tutto ciò che è qui è anche sul server. Niente va perso.",
  otherExport: "Salva una copia, rimuovi e accedi",
  otherDiscard: "Rimuovi e accedi",
  otherBack: "Torna indietro, non cambiare niente",

  signedOutTitle: "Non sei più connesso",
  signedOutText: (email: string) =>
    `La sessione di ${email} su questo dispositivo è terminata. Le tue abitudini sono ancora qui, e ciò che inserisci viene conservato.`,
  endedByServerText: (email: string) =>
    `Il server ha chiuso la sessione di ${email} su questo dispositivo: è stata terminata altrove, la password è stata cambiata, o qualcun altro l’ha usata. Le tue abitudini sono ancora qui, e ciò che inserisci viene conservato. Se non sei stato tu, accedi di nuovo e cambia la password.`,
  signInAgain: "Accedi di nuovo",

  lastSync: "Ultima sincronizzazione",
  neverSynced: "Non ancora",
  devices: "Dispositivi",
  devicesText: "Dove è attivo questo account.",
  devicesOffline: "L’elenco dei tuoi dispositivi è visibile quando sei online.",
  thisDevice: "Questo dispositivo",
  lastSeen: (when: string) => `Ultimo accesso: ${when}`,
  signOutOther: "Disconnetti",
  signOutDevice: (name: string) => `Disconnetti ${name}`,
  deviceSignedOut: (name: string) => `${name} è stato disconnesso`,
  retry: "Riprova",

  changePassword: "Cambia password",
  changePasswordText: "Tutti gli altri tuoi dispositivi verranno disconnessi.",
  currentPassword: "Password attuale",
  newPassword: "Nuova password",
  passwordChanged: "La password è stata cambiata. Gli altri dispositivi sono stati disconnessi.",
  wrongPassword: "Questa non è la tua password attuale.",

  exportAll: "Porta con te i tuoi dati",
  exportAllText: "Tutto in un file: come copia, per fogli di calcolo o per un’altra app.",
  toExport: "Esporta",

  signOutText: "Le tue abitudini restano sul server e sugli altri tuoi dispositivi.",
  signOutTitle: "Uscire da questo dispositivo?",
  signOutWaiting: (count: number) =>
    plural(count, {
      one: "# modifica non è ancora sul server.",
      other: "# modifiche non sono ancora sul server.",
    }),
  signOutPush: "Invia tutto, poi esci",
  signOutPushText: "Serve una rete. Su questo dispositivo non resta niente.",
  signOutClean: "Esci",
  signOutCleanText: "Tutto è sul server. Su questo dispositivo non resta niente.",
  signOutKeep: "Esci e conserva tutto qui",
  signOutKeepText: "Tutto resta su questo dispositivo finché non accedi di nuovo.",
  signOutExport: "Salva una copia, poi esci",
  signOutExportText: "Ricevi un file con le tue abitudini. Su questo dispositivo non resta niente.",
  signOutDiscard: "Esci e perdi le modifiche",
  signOutDiscardText: "Ciò che non è stato inviato va perso per sempre.",
  signOutDecide:
    "Il server ha rifiutato alcune modifiche, e aspettano una tua scelta. Decidi prima, o salva una copia.",
  toDecide: "Decidi ora",

  remove: "Elimina account",
  removeText:
    "Il tuo account e tutto ciò che contiene viene eliminato: sul server e su questo dispositivo. Nessuno può recuperarlo. Gli altri dispositivi vengono disconnessi.",
  removeType: (email: string) => `Scrivi ${email} per confermare`,
  removeMismatch: "Questo non è l’indirizzo del tuo account.",
  removeNow: "Elimina tutto per sempre",
  signOutSending: "Invio in corso. Questo dispositivo viene disconnesso quando tutto è sul server.",
  signOutOffline:
    "Non c’è rete. Tutto viene inviato appena c’è, poi questo dispositivo viene disconnesso; oppure scegli un altro modo.",
  removedTitle: "Il tuo account è eliminato",
  removedText:
    "Tutto è stato tolto dal server e da questo dispositivo. Grazie di essere stato qui.",
  startAnew: "Ricomincia",
};
