// Italian, all of it.

import type { Messages } from "./en.ts";
import { account } from "./it/account.ts";
import { archive } from "./it/archive.ts";
import { conflicts } from "./it/conflicts.ts";
import { habit } from "./it/habit.ts";
import { habitForm } from "./it/habit-form.ts";
import { icons } from "./it/icons.ts";
import { imports } from "./it/import.ts";
import { reminders } from "./it/reminders.ts";
import { search } from "./it/search.ts";
import { settings } from "./it/settings.ts";
import { shell } from "./it/shell.ts";
import { shortcuts } from "./it/shortcuts.ts";
import { statistics } from "./it/statistics.ts";
import { today } from "./it/today.ts";
import { undo } from "./it/undo.ts";
import { week } from "./it/week.ts";

export const it: Messages = {
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
