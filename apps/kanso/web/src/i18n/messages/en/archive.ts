// English: the archive.

export const archive = {
  title: "Archive",
  none: "The archive is empty",
  noneText: "Habits that you archive rest here with all their history.",
  restore: "Restore",
  restored: (title: string) => `${title} is back`,
};

export type ArchiveMessages = typeof archive;
