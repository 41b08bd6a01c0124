// German: the settings page.

import { pluralOf } from "../../plural.ts";
import type { SettingsMessages } from "../en/settings.ts";

const plural = pluralOf("de");

export const settings: SettingsMessages = {
  title: "Einstellungen",
  language: "Sprache",
  system: "Wie das Gerät",
  theme: "Darstellung",
  light: "Hell",
  dark: "Dunkel",
  contrast: "Hoher Kontrast",
  weekStart: "Wochen beginnen am",
  vacations: (count: number) => plural(count, { one: "# Urlaub", other: "# Urlaube" }),
  import: "Importieren und exportieren",
};
