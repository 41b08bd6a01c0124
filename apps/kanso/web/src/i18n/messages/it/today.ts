// Italian: the today page.

import { pluralOf } from "../../plural.ts";
import type { TodayMessages } from "../en/today.ts";

const plural = pluralOf("it");

export const today: TodayMessages = {
  title: "Oggi",
  yesterday: "Ieri",
  tomorrow: "Domani",
  previousDay: "Giorno precedente",
  nextDay: "Giorno successivo",
  backToToday: "Torna a oggi",
  list: "Abitudini di questo giorno",
  doneOf: (done: string, all: string) => `${done} su ${all} completate`,
  allDone: "Tutto fatto. Goditi la giornata.",
  nothingDue: "Niente in programma per questo giorno",
  nothingDueText: "Le tue abitudini riposano. Torna domani o dai un’occhiata alla settimana.",
  welcome: "Comincia con una piccola abitudine",
  welcomeLines: [
    "Tocca un’abitudine quando l’hai fatta. Un altro tocco la riporta indietro.",
    "Tutto è salvato su questo dispositivo e funziona anche senza rete.",
    "Scegline una per iniziare. Potrai cambiare tutto in seguito.",
  ],
  ownHabit: "Creane una tua",
  done: "Fatto",
  toDo: "Da fare",
  noneDue: "Niente in programma",
  notDone: "Non fatto",
  skipped: "Saltato",
  amountOf: (total: string, target: string, unit: string) => `${total} di ${target} ${unit}`,
  amountOfLimit: (total: string, target: string, unit: string) =>
    `${total} di al massimo ${target} ${unit}`,
  atMost: (amount: string) => `al massimo ${amount}`,
  ofWeek: (done: string, of: string) => `${done} su ${of} questa settimana`,
  dueAgain: (days: number) =>
    plural(days, { one: "Di nuovo tra # giorno", other: "Di nuovo tra # giorni" }),
  streakDays: (count: number) =>
    plural(count, { one: "# giorno di fila", other: "# giorni di fila" }),
  streakWeeks: (count: number) =>
    plural(count, { one: "# settimana di fila", other: "# settimane di fila" }),
  streakTimes: (count: number) =>
    plural(count, { one: "# volta di fila", other: "# volte di fila" }),
  details: (title: string) => `Valore, nota o salta: ${title}`,
  value: "Valore",
  note: "Nota",
  notePlaceholder: "Com’è andata?",
  skipHint: "Un giorno saltato non interrompe la serie.",
  thisDay: "Questo giorno",
  open: "Aperto",
  amount: "Una quantità",
  draft: "Non l’hai ancora salvato.",
  discard: "Scarta",
  toastDraft: (title: string) => `${title}: tenuto come bozza`,
  save: "Salva",
  clear: "Svuota questo giorno",
  openHabit: "Mostra l’abitudine",
  toastDone: (title: string) => `${title}: fatto`,
  toastAdded: (title: string, amount: string, total: string) =>
    `${title}: +${amount}, ora ${total}`,
  toastCleared: (title: string) => `${title}: non fatto`,
  toastSaved: (title: string) => `${title}: salvato`,
  toastSkipped: (title: string) => `${title}: saltato`,
  toastCreated: (title: string) => `${title} è nella tua lista`,
  startTimer: (title: string) => `Avvia il timer: ${title}`,
  stopTimer: (title: string) => `Ferma il timer: ${title}`,
  toastTooShort: "Troppo breve per contare",
  orderTitle: "Cambia l’ordine",
  orderList: "Abitudini nel loro ordine",
  orderHint:
    "Trascina un’abitudine dalla maniglia. Con la tastiera: Spazio la prende, le frecce la spostano, Spazio la posa, Esc annulla.",
  orderDone: "Fatto",
  orderHandle: (title: string) => `Sposta ${title}`,
  orderUp: (title: string) => `Sposta su: ${title}`,
  orderDown: (title: string) => `Sposta giù: ${title}`,
  orderGrabbed: (title: string, place: number, all: number) =>
    `${title} presa, posto ${place} di ${all}`,
  orderMoved: (title: string, place: number, all: number) => `${title}: posto ${place} di ${all}`,
  orderDropped: (title: string, place: number, all: number) =>
    `${title} posata, posto ${place} di ${all}`,
  orderCancelled: (title: string) => `${title} è di nuovo al suo posto`,
  toastOrder: "Il nuovo ordine è salvato",
  water: "Bere acqua",
  waterUnit: "bicchieri",
  walk: "Fare una passeggiata",
  read: "Leggere",
  readUnit: "pagine",
  meditate: "Meditare",
  minutes: "minuti",
  stretch: "Fare stretching",
  sleep: "Andare a letto presto",
  exercise: "Fare esercizio",
  everyDay: "Ogni giorno",
  timesAWeek: (count: number) =>
    plural(count, { one: "Una volta a settimana", other: "# volte a settimana" }),
};
