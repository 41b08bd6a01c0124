// English: keyboard shortcuts.

export const shortcuts = {
  title: "Keyboard shortcuts",
  everywhere: "Everywhere",
  onToday: "On the today page",
  search: "Search",
  create: "New habit",
  undo: "Undo",
  redo: "Redo",
  help: "This list",
  close: "Close",
  habit: "Previous or next habit",
  complete: "Complete, or add a step",
  details: "Value, note or skip",
  day: "Previous or next day",
  touch: "By touch: tap a habit to complete it, hold it for more.",
  singleKeys: "Single keys",
  singleKeysText:
    "/, N and ? do something by themselves. Switch this off if you type by voice, or touch keys by accident.",
  keys: { ctrl: "Ctrl", shift: "Shift", space: "Space", enter: "Enter", esc: "Esc" },
};

export type ShortcutsMessages = typeof shortcuts;
