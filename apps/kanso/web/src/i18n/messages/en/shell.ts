// English: the frame around all pages.

import { pluralOf } from "../../plural.ts";

const plural = pluralOf("en");

export const shell = {
  today: "Today",
  week: "Week",
  statistics: "Statistics",
  settings: "Settings",
  archive: "Archive",
  account: "Account",
  newHabit: "New habit",
  navigation: "Main",
  search: "Search",
  skip: "Skip to content",
  loading: "Loading …",
  close: "Close",
  undo: "Undo",
  back: "Back",
  savedHere: "Saved on this device",
  signInToSync: "Sign in to sync",
  synced: "Synced",
  syncing: "Syncing …",
  offline: "Offline. Saved on this device.",
  offlineWaiting: (count: number) =>
    plural(count, { one: "Offline: # change waits", other: "Offline: # changes wait" }),
  waiting: (count: number) => plural(count, { one: "# change waits", other: "# changes wait" }),
  conflicts: (count: number) =>
    plural(count, { one: "# change needs you", other: "# changes need you" }),
  blocked: "Syncing has stopped. Everything is saved on this device.",
  outdated: "Reload to get the new version, then syncing goes on",
  updateReady: "A new version is ready",
  update: "Reload",
  errorTitle: "This page has stopped",
  errorText:
    "Nothing is lost: everything you entered is saved on this device. Reload the page. If it happens again, open another page and come back later.",
  notFoundTitle: "There is no such page",
  notFoundText: "The address may be wrong, or what it showed was deleted.",
  toToday: "Go to today",
};

export type ShellMessages = typeof shell;
