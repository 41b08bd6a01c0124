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
  syncTitle: "Syncing",
  waitingOf: (count: number) =>
    plural(count, {
      one: "# change is not on the server yet",
      other: "# changes are not on the server yet",
    }),
  waitingNone: "Nothing waits to be sent.",
  lastSync: (when: string) => `Last synced ${when}`,
  neverSynced: "Not synced yet",
  syncNow: "Sync now",
  syncedNow: "Everything is up to date.",
  whyOffline: "The server is not reached. Everything is saved here, and goes out by itself.",
  whyNeedsAuth: "Your session is over. Sign in again and syncing goes on.",
  whyForbidden:
    "This device holds the habits of another account. Sign out to remove them, then sign in again.",
  whyBlocked: "The server does not take what this device sends. Nothing is lost here.",
  whyOutdated: "This version of Kanso is too old for the server. Reload to get the new one.",
  whyDiverged: "What is here differs from the server, and is being read anew.",
  toAccount: "Account",
  toDecisions: "Open all decisions",
  updateReady: "A new version is ready",
  update: "Reload",
  errorTitle: "This page has stopped",
  errorText:
    "Nothing is lost: everything you entered is saved on this device. Reload the page. If it happens again, open another page and come back later.",
  notFoundTitle: "There is no such page",
  notFoundText: "The address may be wrong, or what it showed was deleted.",
  toToday: "Go to today",
  importing: "Importing …",
  importGoesBack: "Taking the import back …",
  importDone: (habits: number) =>
    plural(habits, { one: "# habit is imported", other: "# habits are imported" }),
  importFailed: "The import has stopped. Nothing of it was kept.",
  importShow: "Show",
  clockTitle: "The clock of this device is wrong",
  clockText: (off: string) =>
    `By the server’s clock it is off by ${off}. What you enter counts for the wrong day until the clock is right: set it in the device’s settings.`,
  hours: (hours: number) => plural(hours, { one: "# hour", other: "# hours" }),
  days: (days: number) => plural(days, { one: "# day", other: "# days" }),
};

export type ShellMessages = typeof shell;
