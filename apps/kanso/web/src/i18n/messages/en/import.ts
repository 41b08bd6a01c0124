// English: import and export.

export const imports = {
  title: "Import and export",
  intro:
    "Bring your history from Loop Habit Tracker or HabitBull, and take yours with you at any time.",
};

export type ImportsMessages = typeof imports;
