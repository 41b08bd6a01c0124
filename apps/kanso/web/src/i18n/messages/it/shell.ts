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
  updateReady: "È pronta una nuova versione",
  update: "Ricarica",
  errorTitle: "Questa pagina si è bloccata",
  errorText:
    "Niente è andato perso: tutto ciò che hai inserito è salvato su questo dispositivo. Ricarica la pagina. Se succede di nuovo, apri un’altra pagina e riprova più tardi.",
  notFoundTitle: "Questa pagina non esiste",
  notFoundText: "Forse l’indirizzo è sbagliato, o ciò che mostrava è stato eliminato.",
  toToday: "Vai a oggi",
};
