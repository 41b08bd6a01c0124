// Italian: the frame around all pages.

import { pluralOf } from "../../plural.ts";
import type { ShellMessages } from "../en/shell.ts";

const plural = pluralOf("it");

export const shell: ShellMessages = {
  today: "Oggi",
  week: "Settimana",
  statistics: "Statistiche",
  settings: "Impostazioni",
  archive: "Archivio",
  account: "Account",
  newHabit: "Nuova abitudine",
  navigation: "Principale",
  search: "Cerca",
  skip: "Vai al contenuto",
  loading: "Caricamento …",
  close: "Chiudi",
  undo: "Annulla",
  back: "Indietro",
  savedHere: "Salvato su questo dispositivo",
  signInToSync: "Accedi per sincronizzare",
  synced: "Sincronizzato",
  syncing: "Sincronizzazione …",
  offline: "Offline. Salvato su questo dispositivo.",
  offlineWaiting: (count: number) =>
    plural(count, {
      one: "Offline: # modifica in attesa",
      other: "Offline: # modifiche in attesa",
    }),
  waiting: (count: number) =>
    plural(count, { one: "# modifica in attesa", other: "# modifiche in attesa" }),
  conflicts: (count: number) =>
    plural(count, {
      one: "# modifica richiede una tua scelta",
      other: "# modifiche richiedono una tua scelta",
    }),
  blocked: "La sincronizzazione è ferma. Tutto è salvato su questo dispositivo.",
  outdated: "Ricarica per avere la nuova versione e riprendere la sincronizzazione",
  syncTitle: "Sincronizzazione",
  waitingOf: (count: number) =>
    plural(count, {
      one: "# modifica non è ancora sul server",
      other: "# modifiche non sono ancora sul server",
    }),
  waitingNone: "Niente aspetta di essere inviato.",
  lastSync: (when: string) => `Ultima sincronizzazione: ${when}`,
  neverSynced: "Non ancora sincronizzato",
  syncNow: "Sincronizza ora",
  syncedNow: "Tutto è aggiornato.",
  whyOffline: "Il server non è raggiungibile. Tutto è salvato qui e parte da solo.",
  whyNeedsAuth: "La tua sessione è terminata. Accedi di nuovo e la sincronizzazione riprende.",
  whyForbidden:
    "Su questo dispositivo ci sono le abitudini di un altro account. Esci per rimuoverle, poi accedi di nuovo.",
  whyBlocked: "Il server non accetta ciò che questo dispositivo invia. Qui niente va perso.",
  whyOutdated:
    "Questa versione di Kanso è troppo vecchia per il server. Ricarica per avere quella nuova.",
  whyDiverged: "Ciò che è qui è diverso dal server e viene riletto.",
  toAccount: "Account",
  toDecisions: "Apri tutte le decisioni",
  updateReady: "È pronta una nuova versione",
  update: "Ricarica",
  errorTitle: "Questa pagina si è bloccata",
  errorText:
    "Niente è andato perso: tutto ciò che hai inserito è salvato su questo dispositivo. Ricarica la pagina. Se succede di nuovo, apri un’altra pagina e riprova più tardi.",
  notFoundTitle: "Questa pagina non esiste",
  notFoundText: "Forse l’indirizzo è sbagliato, o ciò che mostrava è stato eliminato.",
  toToday: "Vai a oggi",
  importing: "Importazione …",
  importGoesBack: "Annullo l’importazione …",
  importDone: (habits: number) =>
    plural(habits, { one: "# abitudine importata", other: "# abitudini importate" }),
  importFailed: "L’importazione si è fermata. Non ne è rimasto niente.",
  importShow: "Mostra",
  clockTitle: "L’orologio di questo dispositivo è sbagliato",
  clockText: (off: string) =>
    `Secondo l’orologio del server è sbagliato di ${off}. Ciò che inserisci conta per il giorno sbagliato finché non è giusto: regolalo nelle impostazioni del dispositivo.`,
  hours: (hours: number) => plural(hours, { one: "# ora", other: "# ore" }),
  days: (days: number) => plural(days, { one: "# giorno", other: "# giorni" }),
};
