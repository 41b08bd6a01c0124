// German: the frame around all pages.

import { pluralOf } from "../../plural.ts";
import type { ShellMessages } from "../en/shell.ts";

const plural = pluralOf("de");

export const shell: ShellMessages = {
  today: "Heute",
  week: "Woche",
  statistics: "Statistik",
  settings: "Einstellungen",
  archive: "Archiv",
  account: "Konto",
  newHabit: "Neue Gewohnheit",
  navigation: "Hauptnavigation",
  search: "Suchen",
  skip: "Zum Inhalt springen",
  loading: "Wird geladen …",
  close: "Schließen",
  undo: "Rückgängig",
  back: "Zurück",
  savedHere: "Auf diesem Gerät gespeichert",
  signInToSync: "Zum Synchronisieren anmelden",
  synced: "Synchronisiert",
  syncing: "Wird synchronisiert …",
  offline: "Offline. Auf diesem Gerät gespeichert.",
  offlineWaiting: (count: number) =>
    plural(count, { one: "Offline: # Änderung wartet", other: "Offline: # Änderungen warten" }),
  waiting: (count: number) =>
    plural(count, { one: "# Änderung wartet", other: "# Änderungen warten" }),
  conflicts: (count: number) =>
    plural(count, {
      one: "# Änderung braucht deine Entscheidung",
      other: "# Änderungen brauchen deine Entscheidung",
    }),
  blocked: "Die Synchronisierung steht. Auf diesem Gerät ist alles gespeichert.",
  outdated: "Neu laden für die neue Version, dann wird weiter synchronisiert",
  syncTitle: "Synchronisieren",
  waitingOf: (count: number) =>
    plural(count, {
      one: "# Änderung ist noch nicht auf dem Server",
      other: "# Änderungen sind noch nicht auf dem Server",
    }),
  waitingNone: "Nichts wartet darauf, gesendet zu werden.",
  lastSync: (when: string) => `Zuletzt synchronisiert: ${when}`,
  neverSynced: "Noch nicht synchronisiert",
  syncNow: "Jetzt synchronisieren",
  syncedNow: "Alles ist auf dem neuesten Stand.",
  whyOffline:
    "Der Server ist nicht erreichbar. Alles ist hier gespeichert und wird von selbst gesendet.",
  whyNeedsAuth: "Deine Sitzung ist zu Ende. Melde dich wieder an, dann geht es weiter.",
  whyForbidden:
    "Auf diesem Gerät liegen die Gewohnheiten eines anderen Kontos. Melde dich ab, um sie zu entfernen, und dann wieder an.",
  whyBlocked: "Der Server nimmt nicht an, was dieses Gerät sendet. Hier geht nichts verloren.",
  whyOutdated:
    "Diese Version von Kanso ist zu alt für den Server. Lade neu, um die neue zu bekommen.",
  whyDiverged: "Was hier liegt, weicht vom Server ab und wird neu gelesen.",
  toAccount: "Konto",
  toDecisions: "Alle Entscheidungen öffnen",
  updateReady: "Eine neue Version ist bereit",
  update: "Neu laden",
  errorTitle: "Diese Seite ist stehen geblieben",
  errorText:
    "Es ist nichts verloren: Alles, was du eingetragen hast, ist auf diesem Gerät gespeichert. Lade die Seite neu. Passiert es wieder, öffne eine andere Seite und versuche es später noch einmal.",
  notFoundTitle: "Diese Seite gibt es nicht",
  notFoundText: "Vielleicht stimmt die Adresse nicht, oder was sie zeigte, wurde gelöscht.",
  toToday: "Heute öffnen",
  importing: "Import läuft …",
  importGoesBack: "Import wird zurückgenommen …",
  importDone: (habits: number) =>
    plural(habits, { one: "# Gewohnheit ist importiert", other: "# Gewohnheiten sind importiert" }),
  importFailed: "Der Import wurde abgebrochen. Nichts davon wurde behalten.",
  importShow: "Ansehen",
  clockTitle: "Die Uhr dieses Geräts geht falsch",
  clockText: (off: string) =>
    `Nach der Uhr des Servers geht sie um ${off} falsch. Was du einträgst, zählt für den falschen Tag, bis sie stimmt: Stelle sie in den Einstellungen des Geräts.`,
  hours: (hours: number) => plural(hours, { one: "# Stunde", other: "# Stunden" }),
  days: (days: number) => plural(days, { one: "# Tag", other: "# Tage" }),
};
