// Italian: the settings page.

import type { SettingsMessages } from "../en/settings.ts";

export const settings: SettingsMessages = {
  title: "Impostazioni",
  looks: "Lingua e aspetto",
  looksText: "Per questo dispositivo.",
  language: "Lingua",
  system: "Come il dispositivo",
  theme: "Aspetto",
  light: "Chiaro",
  dark: "Scuro",
  contrast: "Alto contrasto",

  days: "Giorni e settimane",
  daysText: "Per tutti i tuoi dispositivi.",
  weekStart: "La settimana inizia di",
  dayStart: "Il giorno inizia alle",
  midnight: (time: string) => `Mezzanotte (${time})`,
  dayStartHint: "Ciò che fai prima di quest’ora conta ancora per il giorno precedente.",
  zone: "Fuso orario",
  zoneHint: (zone: string) => `Lascia vuoto per seguire il dispositivo. Ora ${zone}.`,
  zoneUnknown: "Questo fuso orario non esiste. Prova con una città, per esempio Rome.",
  zoneClear: "Usa il fuso orario del dispositivo",
  changed: "Modificato",

  keyboard: "Tastiera",

  data: "I tuoi dati",
  account: "Account",
  import: "Importa ed esporta",
  archive: "Archivio",
  decisions: "Decisioni",

  storage: "Su questo dispositivo",
  usage: (used: string, of: string) => `${used} usati su ${of}`,
  used: (used: string) => `${used} usati`,
  persisted: "Il browser li conserva finché non li rimuovi.",
  notPersisted: "Il browser può cancellarli quando sul dispositivo finisce lo spazio.",
  volatile: "Questa finestra non conserva niente: quando la chiudi, tutto scompare.",
  persist: "Chiedi al browser di conservarli",
  persistRefused:
    "Il browser non ha accettato. Installa Kanso o usalo più spesso, poi chiedi di nuovo.",

  about: "Informazioni su Kanso",
  version: (version: string) => `Versione ${version}`,
  aboutText:
    "Abitudini, coltivate con calma. Tutto è prima sul tuo dispositivo e funziona senza rete.",
  shortcuts: "Scorciatoie da tastiera",
  docs: "L’interfaccia del server, per sviluppatori",
};
