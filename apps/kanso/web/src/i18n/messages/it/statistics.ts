// Italian: the statistics page.

import type { StatisticsMessages } from "../en/statistics.ts";

export const statistics: StatisticsMessages = {
  title: "Statistiche",
  empty: "Ancora niente da contare",
  emptyText: "Quando avrai un’abitudine, qui vedrai come va.",
  rightNow: "In questo momento",
  rightNowHint:
    "Oggi e questa settimana contano tutto ciò che è previsto entro stasera. I periodi più lunghi e il completamento delle abitudini contano ciò che è previsto oggi quando è fatto.",
  today: "Oggi",
  of: (due: string) => `su ${due}`,
  thisWeek: "Questa settimana",
  thisMonth: "Questo mese",
  thisYear: "Quest’anno",
  bestStreak: "Serie migliore",
  range: "Periodo",
  ranges: { week: "Settimana", month: "Mese", quarter: "90 giorni", year: "Anno", all: "Tutto" },
  trend: "Completamento",
  rate: "Completamento",
  from: "Dal",
  byWeekday: "Per giorno della settimana",
  weekday: "Giorno",
  ranking: "Abitudini, dalla migliore",
  doneShare: (percent: string) => `${percent} completato`,
  nothingDue: "niente in programma",
  vacations: "Vacanze",
  vacationsText:
    "In vacanza non c’è niente da fare e nessuna serie si interrompe. Quello che fai conta lo stesso.",
  addVacation: "Aggiungi una vacanza",
  removeVacation: (days: string) => `Rimuovi la vacanza ${days}`,
  allHabits: "Tutte le abitudini",
  firstDay: "Primo giorno",
  lastDay: "Ultimo giorno",
  noSuchDay: "Scegli un giorno.",
  endsBefore: "Non può finire prima di cominciare.",
  forAll: "Per tutte le abitudini",
  whichHabits: "Per queste abitudini",
  chooseHabit: "Scegli almeno un’abitudine.",
  vacationNote: "Nota",
  toastAdded: "Vacanza aggiunta",
  toastRemoved: "Vacanza rimossa",
};
