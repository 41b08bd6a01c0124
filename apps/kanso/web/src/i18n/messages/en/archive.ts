// English: the archive.

export const archive = {
  title: "Archive",
  none: "The archive is empty",
  noneText: "Habits that you archive rest here with all their history.",
  list: "Archived habits",
  since: (day: string) => `Resting since ${day}`,
  restoreHabit: (title: string) => `Restore ${title}`,
  deleteHabit: (title: string) => `Delete ${title}`,
  delete: "Delete",
  deleteTitle: (title: string) => `Delete ${title}?`,
  deleteText: (entries: string) => `It goes for good, with its history: ${entries}.`,
  restore: "Restore",
  restored: (title: string) => `${title} is back`,
};

export type ArchiveMessages = typeof archive;
