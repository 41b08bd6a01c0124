// German, all of it.

import { account } from "./de/account.ts";
import { archive } from "./de/archive.ts";
import { conflicts } from "./de/conflicts.ts";
import { habit } from "./de/habit.ts";
import { habitForm } from "./de/habit-form.ts";
import { icons } from "./de/icons.ts";
import { imports } from "./de/import.ts";
import { reminders } from "./de/reminders.ts";
import { search } from "./de/search.ts";
import { settings } from "./de/settings.ts";
import { shell } from "./de/shell.ts";
import { shortcuts } from "./de/shortcuts.ts";
import { statistics } from "./de/statistics.ts";
import { today } from "./de/today.ts";
import { undo } from "./de/undo.ts";
import { week } from "./de/week.ts";
import type { Messages } from "./en.ts";

export const de: Messages = {
  account,
  archive,
  conflicts,
  habit,
  habitForm,
  icons,
  imports,
  reminders,
  search,
  settings,
  shell,
  shortcuts,
  statistics,
  today,
  undo,
  week,
};
