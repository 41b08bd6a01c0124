// Italian: the conflicts page.

import type { ConflictsMessages } from "../en/conflicts.ts";

export const conflicts: ConflictsMessages = {
  title: "Decisioni",
  none: "Niente da decidere",
  noneText: "Quando due dispositivi modificano la stessa cosa, qui scegli quale versione tenere.",
};
