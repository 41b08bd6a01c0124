// German: the conflicts page.

import type { ConflictsMessages } from "../en/conflicts.ts";

export const conflicts: ConflictsMessages = {
  title: "Entscheidungen",
  none: "Nichts zu entscheiden",
  noneText: "Wenn zwei Geräte dasselbe ändern, wählst du hier, welche Fassung bleibt.",
};
