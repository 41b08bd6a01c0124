// Italian: the conflicts page.

import { pluralOf } from "../../plural.ts";
import type { ConflictsMessages } from "../en/conflicts.ts";

const plural = pluralOf("it");

export const conflicts: ConflictsMessages = {
  title: "Decisioni",
  none: "Niente da decidere",
  noneText: "Quando due dispositivi cambiano la stessa cosa, qui scegli quale versione resta.",
  intro:
    "La stessa cosa è stata cambiata su due dispositivi. Scegli quale versione resta. Fino ad allora niente va perso.",
  entryOf: (title: string, day: string) => `${title}, ${day}`,
  someHabit: "Un’abitudine eliminata",
  someRecord: "Una modifica",
  mine: "Su questo dispositivo",
  theirs: "Sull’altro dispositivo",
  keepMine: "Tieni la mia",
  keepTheirs: "Tieni l’altra",
  keepChosen: "Tieni ciò che ho scelto",
  when: (mine: string, theirs: string) => `La tua: ${mine}. L’altra: ${theirs}.`,
  deletedHere: "Qui l’hai eliminata, e su un altro dispositivo è stata cambiata.",
  deletedThere: "Qui l’hai cambiata, e su un altro dispositivo è stata eliminata.",
  entriesGone:
    "Se tieni la tua versione, l’abitudine torna, ma senza le voci eliminate insieme a lei.",
  more: (count: number) =>
    plural(count, {
      one: "Ne fa parte # altra modifica.",
      other: "Ne fanno parte altre # modifiche.",
    }),
  decided: "Deciso",
  failed: "Non è stato possibile salvare. Riprova.",

  refusedTitle: "Il server non l’ha accettata",
  refusedText: "Su questo dispositivo non si vede più. Puoi riprovare o rinunciare.",
  retry: "Riprova",
  giveUp: "Rinuncia",
  saveCopy: "Salva una copia",
  schema: "Qualcosa non è valido.",
  forbidden: "Questo account non può modificarla.",
  too_large: "È troppo grande.",
  not_found: "Ciò che riguardava non esiste più.",
  otherReason: (message: string) => `Il server dice: ${message}`,

  groupTitle: "Nome",
  groupDescription: "Descrizione",
  groupLook: "Colore e icona",
  groupGoal: "Obiettivo",
  groupFrequency: "Quanto spesso",
  groupReminder: "Promemoria",
  groupPeriod: "Dal e al",
  groupArchive: "Archivio",
  groupOrder: "Posto nella lista",
  groupValue: "Valore",
  groupNotes: "Nota",
  groupDay: "Giorno",
  groupVacation: "Vacanza",
  groupSettings: "Impostazioni",
  nothing: "–",
  yesNo: "Fatto o no",
  amount: (value: string, unit: string) => `${value} ${unit}`.trim(),
  daily: "Ogni giorno",
  weekly: (count: number) =>
    plural(count, { one: "Una volta alla settimana", other: "# volte alla settimana" }),
  everyDays: (count: number) => plural(count, { one: "Ogni giorno", other: "Ogni # giorni" }),
  skipped: "Saltato",
  archived: "Archiviata",
  active: "In uso",
};
