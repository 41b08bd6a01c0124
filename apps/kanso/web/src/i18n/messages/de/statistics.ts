// German: the statistics page.

import type { StatisticsMessages } from "../en/statistics.ts";

export const statistics: StatisticsMessages = {
  title: "Statistik",
  empty: "Noch nichts zu zählen",
  emptyText: "Sobald du eine Gewohnheit hast, siehst du hier, wie es läuft.",
  rightNow: "Zurzeit",
  rightNowHint:
    "Heute und diese Woche zählen alles mit, was bis heute Abend ansteht. Längere Zeiten und die Quoten der Gewohnheiten zählen, was heute ansteht, sobald es erledigt ist.",
  today: "Heute",
  of: (due: string) => `von ${due}`,
  thisWeek: "Diese Woche",
  thisMonth: "Dieser Monat",
  thisYear: "Dieses Jahr",
  bestStreak: "Beste Serie",
  range: "Zeitraum",
  ranges: { week: "Woche", month: "Monat", quarter: "90 Tage", year: "Jahr", all: "Alles" },
  trend: "Erfüllt",
  rate: "Erfüllt",
  from: "Ab",
  byWeekday: "Nach Wochentagen",
  weekday: "Wochentag",
  ranking: "Gewohnheiten, die beste zuerst",
  doneShare: (percent: string) => `${percent} erledigt`,
  nothingDue: "nichts geplant",
  vacations: "Urlaub",
  vacationsText:
    "Im Urlaub steht nichts an, und keine Serie reißt ab. Was du trotzdem tust, zählt.",
  addVacation: "Urlaub eintragen",
  removeVacation: (days: string) => `Urlaub ${days} entfernen`,
  allHabits: "Alle Gewohnheiten",
  firstDay: "Erster Tag",
  lastDay: "Letzter Tag",
  noSuchDay: "Wähle einen Tag.",
  endsBefore: "Er kann nicht enden, bevor er beginnt.",
  forAll: "Für alle Gewohnheiten",
  whichHabits: "Für diese Gewohnheiten",
  chooseHabit: "Wähle mindestens eine Gewohnheit.",
  vacationNote: "Notiz",
  toastAdded: "Urlaub eingetragen",
  toastRemoved: "Urlaub entfernt",
};
