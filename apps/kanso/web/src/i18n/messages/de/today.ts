// German: the today page.

import { pluralOf } from "../../plural.ts";
import type { TodayMessages } from "../en/today.ts";

const plural = pluralOf("de");

export const today: TodayMessages = {
  title: "Heute",
  yesterday: "Gestern",
  tomorrow: "Morgen",
  previousDay: "Vorheriger Tag",
  nextDay: "Nächster Tag",
  backToToday: "Zurück zu heute",
  list: "Gewohnheiten dieses Tages",
  doneOf: (done: string, all: string) => `${done} von ${all} erledigt`,
  allDone: "Alles erledigt. Genieß den Tag.",
  nothingDue: "An diesem Tag steht nichts an",
  nothingDueText:
    "Deine Gewohnheiten haben Pause. Schau morgen wieder vorbei oder sieh dir deine Woche an.",
  welcome: "Fang mit einer kleinen Gewohnheit an",
  welcomeLines: [
    "Tippe auf eine Gewohnheit, wenn sie erledigt ist. Noch einmal tippen nimmt es zurück.",
    "Alles ist auf diesem Gerät gespeichert und geht auch ohne Netz.",
    "Such dir eine aus. Du kannst später alles daran ändern.",
  ],
  ownHabit: "Eigene anlegen",
  done: "Erledigt",
  toDo: "Noch offen",
  noneDue: "Nichts ist fällig",
  notDone: "Nicht erledigt",
  skipped: "Ausgelassen",
  amountOf: (total: string, target: string, unit: string) => `${total} von ${target} ${unit}`,
  amountOfLimit: (total: string, target: string, unit: string) =>
    `${total} von höchstens ${target} ${unit}`,
  atMost: (amount: string) => `höchstens ${amount}`,
  ofWeek: (done: string, of: string) => `${done} von ${of} diese Woche`,
  dueAgain: (days: number) =>
    plural(days, { one: "Wieder fällig in # Tag", other: "Wieder fällig in # Tagen" }),
  streakDays: (count: number) => plural(count, { one: "# Tag in Folge", other: "# Tage in Folge" }),
  streakWeeks: (count: number) =>
    plural(count, { one: "# Woche in Folge", other: "# Wochen in Folge" }),
  streakTimes: (count: number) => plural(count, { one: "# Mal in Folge", other: "# Mal in Folge" }),
  details: (title: string) => `Wert, Notiz oder auslassen: ${title}`,
  value: "Wert",
  note: "Notiz",
  notePlaceholder: "Wie lief es?",
  skipHint: "Ein ausgelassener Tag unterbricht deine Serie nicht.",
  thisDay: "Dieser Tag",
  open: "Offen",
  amount: "Eine Menge",
  draft: "Das hast du noch nicht gespeichert.",
  discard: "Verwerfen",
  toastDraft: (title: string) => `${title}: als Entwurf behalten`,
  save: "Speichern",
  clear: "Diesen Tag leeren",
  openHabit: "Gewohnheit ansehen",
  toastDone: (title: string) => `${title}: erledigt`,
  toastAdded: (title: string, amount: string, total: string) =>
    `${title}: +${amount}, jetzt ${total}`,
  toastCleared: (title: string) => `${title}: nicht erledigt`,
  toastSaved: (title: string) => `${title}: gespeichert`,
  toastSkipped: (title: string) => `${title}: ausgelassen`,
  toastCreated: (title: string) => `${title} steht auf deiner Liste`,
  startTimer: (title: string) => `Timer starten: ${title}`,
  stopTimer: (title: string) => `Timer anhalten: ${title}`,
  toastTooShort: "Zu kurz, um zu zählen",
  orderTitle: "Reihenfolge ändern",
  orderList: "Gewohnheiten in ihrer Reihenfolge",
  orderHint:
    "Zieh eine Gewohnheit am Griff. Mit der Tastatur: Leertaste nimmt sie, Pfeile bewegen sie, Leertaste legt sie ab, Escape macht es rückgängig.",
  orderDone: "Fertig",
  orderHandle: (title: string) => `${title} verschieben`,
  orderUp: (title: string) => `Nach oben: ${title}`,
  orderDown: (title: string) => `Nach unten: ${title}`,
  orderGrabbed: (title: string, place: number, all: number) =>
    `${title} aufgenommen, Platz ${place} von ${all}`,
  orderMoved: (title: string, place: number, all: number) => `${title}: Platz ${place} von ${all}`,
  orderDropped: (title: string, place: number, all: number) =>
    `${title} abgelegt, Platz ${place} von ${all}`,
  orderCancelled: (title: string) => `${title} ist wieder an seinem Platz`,
  toastOrder: "Die neue Reihenfolge ist gespeichert",
  water: "Wasser trinken",
  waterUnit: "Gläser",
  walk: "Spazieren gehen",
  read: "Lesen",
  readUnit: "Seiten",
  meditate: "Meditieren",
  minutes: "Minuten",
  stretch: "Dehnen",
  sleep: "Früh schlafen gehen",
  exercise: "Sport treiben",
  everyDay: "Jeden Tag",
  timesAWeek: (count: number) =>
    plural(count, { one: "Einmal pro Woche", other: "#-mal pro Woche" }),
};
