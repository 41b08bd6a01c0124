// German: reminders.

import type { RemindersMessages } from "../en/reminders.ts";

export const reminders: RemindersMessages = {
  title: "Erinnerungen",
};
