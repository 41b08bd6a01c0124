// German: the conflicts page.

import { pluralOf } from "../../plural.ts";
import type { ConflictsMessages } from "../en/conflicts.ts";

const plural = pluralOf("de");

export const conflicts: ConflictsMessages = {
  title: "Entscheidungen",
  none: "Nichts zu entscheiden",
  noneText: "Wenn zwei Geräte dasselbe ändern, wählst du hier, welche Version bleibt.",
  intro:
    "Dasselbe wurde auf zwei Geräten geändert. Wähle, welche Version bleibt. Bis dahin geht nichts verloren.",
  entryOf: (title: string, day: string) => `${title}, ${day}`,
  someHabit: "Eine gelöschte Gewohnheit",
  someRecord: "Eine Änderung",
  mine: "Auf diesem Gerät",
  theirs: "Auf dem anderen Gerät",
  keepMine: "Meine behalten",
  keepTheirs: "Die andere behalten",
  keepChosen: "Meine Auswahl behalten",
  when: (mine: string, theirs: string) => `Deine: ${mine}. Die andere: ${theirs}.`,
  deletedHere: "Du hast es hier gelöscht, und auf einem anderen Gerät wurde es geändert.",
  deletedThere: "Du hast es hier geändert, und auf einem anderen Gerät wurde es gelöscht.",
  entriesGone:
    "Behältst du deine Version, kommt die Gewohnheit zurück, aber ohne die Einträge, die mit ihr gelöscht wurden.",
  more: (count: number) =>
    plural(count, {
      one: "# weitere Änderung gehört dazu.",
      other: "# weitere Änderungen gehören dazu.",
    }),
  decided: "Entschieden",
  failed: "Das konnte nicht gespeichert werden. Versuche es noch einmal.",

  refusedTitle: "Der Server hat das nicht angenommen",
  refusedText:
    "Es ist auf diesem Gerät nicht mehr zu sehen. Versuche es noch einmal oder verwirf es.",
  retry: "Noch einmal versuchen",
  giveUp: "Verwerfen",
  saveCopy: "Kopie speichern",
  schema: "Etwas darin passt nicht.",
  forbidden: "Dieses Konto darf es nicht ändern.",
  too_large: "Es ist zu groß.",
  not_found: "Worum es ging, gibt es nicht mehr.",
  otherReason: (message: string) => `Der Server sagt: ${message}`,

  groupTitle: "Name",
  groupDescription: "Beschreibung",
  groupLook: "Farbe und Symbol",
  groupGoal: "Ziel",
  groupFrequency: "Wie oft",
  groupReminder: "Erinnerung",
  groupPeriod: "Von und bis",
  groupArchive: "Archiv",
  groupOrder: "Platz in der Liste",
  groupValue: "Wert",
  groupNotes: "Notiz",
  groupDay: "Tag",
  groupVacation: "Urlaub",
  groupSettings: "Einstellungen",
  nothing: "–",
  yesNo: "Erledigt oder nicht",
  amount: (value: string, unit: string) => `${value} ${unit}`.trim(),
  daily: "Jeden Tag",
  weekly: (count: number) => plural(count, { one: "Einmal pro Woche", other: "#-mal pro Woche" }),
  everyDays: (count: number) => plural(count, { one: "Jeden Tag", other: "Alle # Tage" }),
  skipped: "Ausgesetzt",
  archived: "Archiviert",
  active: "In Gebrauch",
};
