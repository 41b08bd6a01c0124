// English: the settings page.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const settings = {
  title: "Settings",
  language: "Language",
  system: "As the device",
  theme: "Appearance",
  light: "Light",
  dark: "Dark",
  contrast: "High contrast",
  weekStart: "Weeks begin on",
  vacations: (count: number) => plural(count, { one: "# vacation", other: "# vacations" }),
  import: "Import and export",
};

export type SettingsMessages = typeof settings;
