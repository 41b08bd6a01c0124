// German: keyboard shortcuts.

import type { ShortcutsMessages } from "../en/shortcuts.ts";

export const shortcuts: ShortcutsMessages = {
  title: "Tastenkürzel",
  everywhere: "Überall",
  onToday: "Auf der Seite „Heute“",
  search: "Suchen",
  create: "Neue Gewohnheit",
  undo: "Rückgängig",
  redo: "Wiederholen",
  help: "Diese Liste",
  close: "Schließen",
  habit: "Vorige oder nächste Gewohnheit",
  complete: "Erledigen oder einen Schritt hinzufügen",
  details: "Wert, Notiz oder auslassen",
  day: "Voriger oder nächster Tag",
  touch: "Auf dem Touchscreen: Tippen erledigt eine Gewohnheit, Halten zeigt mehr.",
  singleKeys: "Einzelne Tasten",
  singleKeysText:
    "/, N und ? bewirken allein etwas. Schalte das aus, wenn du per Sprache schreibst oder oft versehentlich Tasten triffst.",
  keys: { ctrl: "Strg", shift: "Umschalt", space: "Leertaste", enter: "Eingabe", esc: "Esc" },
};
