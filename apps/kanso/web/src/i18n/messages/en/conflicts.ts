// English: the conflicts page.

export const conflicts = {
  title: "Decisions",
  none: "Nothing to decide",
  noneText: "When two devices change the same thing, you choose here which version stays.",
};

export type ConflictsMessages = typeof conflicts;
