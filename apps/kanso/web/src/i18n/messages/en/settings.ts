// English: the settings page.

export const settings = {
  title: "Settings",
  looks: "Language and looks",
  looksText: "For this device.",
  language: "Language",
  system: "As the device",
  theme: "Appearance",
  light: "Light",
  dark: "Dark",
  contrast: "High contrast",

  days: "Days and weeks",
  daysText: "For all your devices.",
  weekStart: "Weeks begin on",
  dayStart: "A day begins at",
  midnight: (time: string) => `Midnight (${time})`,
  dayStartHint: "What you do before this hour still counts for the day before.",
  zone: "Time zone",
  zoneHint: (zone: string) => `Leave empty to follow your device. Now ${zone}.`,
  zoneUnknown: "There is no such time zone. Try a city, such as Rome.",
  zoneClear: "Use the device’s time zone",
  changed: "Changed",

  keyboard: "Keyboard",

  data: "Your data",
  account: "Account",
  import: "Import and export",
  archive: "Archive",
  decisions: "Decisions",

  storage: "On this device",
  usage: (used: string, of: string) => `${used} used of ${of}`,
  used: (used: string) => `${used} used`,
  persisted: "The browser keeps it until you remove it.",
  notPersisted: "The browser may clear it when the device runs out of room.",
  volatile: "This window keeps nothing: when you close it, everything is gone.",
  persist: "Ask the browser to keep it",
  persistRefused: "The browser did not agree. Install Kanso, or use it more often, then ask again.",

  about: "About Kanso",
  version: (version: string) => `Version ${version}`,
  aboutText:
    "Habits, kept calmly. Everything is on your device first, and works without a network.",
  shortcuts: "Keyboard shortcuts",
  docs: "The server’s interface, for developers",
};

export type SettingsMessages = typeof settings;
