// English, all of it.

import { account } from "./en/account.ts";
import { archive } from "./en/archive.ts";
import { conflicts } from "./en/conflicts.ts";
import { habit } from "./en/habit.ts";
import { habitForm } from "./en/habit-form.ts";
import { icons } from "./en/icons.ts";
import { imports } from "./en/import.ts";
import { reminders } from "./en/reminders.ts";
import { search } from "./en/search.ts";
import { settings } from "./en/settings.ts";
import { shell } from "./en/shell.ts";
import { shortcuts } from "./en/shortcuts.ts";
import { statistics } from "./en/statistics.ts";
import { today } from "./en/today.ts";
import { undo } from "./en/undo.ts";
import { week } from "./en/week.ts";

export const en = {
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

/** What every language says. */
export type Messages = typeof en;
