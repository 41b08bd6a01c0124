// Seeds that once failed, with what they found. They stay, under the same numbers.

export const KEPT_SEEDS: readonly { readonly seed: number; readonly story: string }[] = [
  {
    seed: 845,
    story: "a first reading of several pages reached behind the horizon, and was reset for ever",
  },
  { seed: 850, story: "a full device could not be opened again, because opening wrote" },
  {
    seed: 2117,
    story: "two refused edits of one record were rebased against each other without end",
  },
  {
    seed: 1056,
    story:
      "a tab was closed between its write and its word of it, and the tab that synced never sent it",
  },
];
