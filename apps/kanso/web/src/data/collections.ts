// What the app keeps: the collections of the server's `kanso`, typed by the domain.

import { collection } from "@syncline/client";
import { createHooks } from "@syncline/client/react";
import type { Entry, Habit, Settings, Vacation } from "@syncline/kanso-domain";

export const collections = {
  habits: collection<Omit<Habit, "id">>({ policy: "versioned" }),
  entries: collection<Omit<Entry, "id">>({ policy: "versioned", indexes: ["habitId"] }),
  vacations: collection<Omit<Vacation, "id">>(),
  settings: collection<Settings>(),
};

/** The id of the one record in `settings`. */
export const SETTINGS_ID = "settings";

export const { SynclineProvider, useClient, useInbox, useQuery, useRecord, useSyncStatus } =
  createHooks<typeof collections>();
