// German: the settings page.

import type { SettingsMessages } from "../en/settings.ts";

export const settings: SettingsMessages = {
  title: "Einstellungen",
  looks: "Sprache und Aussehen",
  looksText: "Für dieses Gerät.",
  language: "Sprache",
  system: "Wie das Gerät",
  theme: "Darstellung",
  light: "Hell",
  dark: "Dunkel",
  contrast: "Hoher Kontrast",

  days: "Tage und Wochen",
  daysText: "Für alle deine Geräte.",
  weekStart: "Wochen beginnen am",
  dayStart: "Ein Tag beginnt um",
  midnight: (time: string) => `Mitternacht (${time})`,
  dayStartHint: "Was du vor dieser Stunde tust, zählt noch für den Tag davor.",
  zone: "Zeitzone",
  zoneHint: (zone: string) => `Leer lassen, um deinem Gerät zu folgen. Jetzt ${zone}.`,
  zoneUnknown: "Diese Zeitzone gibt es nicht. Versuche es mit einer Stadt, etwa Rome.",
  zoneClear: "Zeitzone des Geräts verwenden",
  changed: "Geändert",

  keyboard: "Tastatur",

  data: "Deine Daten",
  account: "Konto",
  import: "Importieren und exportieren",
  archive: "Archiv",
  decisions: "Entscheidungen",

  storage: "Auf diesem Gerät",
  usage: (used: string, of: string) => `${used} von ${of} belegt`,
  used: (used: string) => `${used} belegt`,
  persisted: "Der Browser behält es, bis du es entfernst.",
  notPersisted: "Der Browser darf es löschen, wenn auf dem Gerät der Platz ausgeht.",
  volatile: "Dieses Fenster behält nichts: Wenn du es schließt, ist alles weg.",
  persist: "Den Browser bitten, es zu behalten",
  persistRefused:
    "Der Browser hat nicht zugestimmt. Installiere Kanso oder nutze es öfter, dann frage noch einmal.",

  about: "Über Kanso",
  version: (version: string) => `Version ${version}`,
  aboutText:
    "Gewohnheiten, in Ruhe gepflegt. Alles ist zuerst auf deinem Gerät und geht ohne Netz.",
  shortcuts: "Tastenkürzel",
  docs: "Die Schnittstelle des Servers, für Entwickler",
};
