// Italian: the settings page.

import { pluralOf } from "../../plural.ts";
import type { SettingsMessages } from "../en/settings.ts";

const plural = pluralOf("it");

export const settings: SettingsMessages = {
  title: "Impostazioni",
  language: "Lingua",
  system: "Come il dispositivo",
  theme: "Aspetto",
  light: "Chiaro",
  dark: "Scuro",
  contrast: "Alto contrasto",
  weekStart: "La settimana inizia di",
  vacations: (count: number) => plural(count, { one: "# vacanza", other: "# vacanze" }),
  import: "Importa ed esporta",
};
