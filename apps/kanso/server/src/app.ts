// Kanso as an app of a Syncline server: its collections, and what may be stored in them.

import {
  DomainError,
  readEntry,
  readHabit,
  readSettings,
  readVacation,
} from "@syncline/kanso-domain";
import { type CollectionDefinition, defineApp } from "@syncline/server";
import { REQUESTS } from "./once.ts";
import { readStreak, STREAKS } from "./stored-streak.ts";

/** Every write of a habit or an entry says which version it was made from: nobody overwrites what he has not seen. */
export const kansoApp = defineApp({
  name: "kanso",
  version: 1,
  collections: {
    habits: { policy: "versioned", schema: schemaOf((fields) => readHabit("id", fields)) },
    entries: { policy: "versioned", schema: schemaOf((fields) => readEntry("id", fields)) },
    vacations: { schema: schemaOf((fields) => readVacation("id", fields)) },
    settings: { schema: schemaOf(readSettings) },
    // Of the REST interface alone: which requests with an Idempotency-Key were done.
    [REQUESTS]: {},
    [STREAKS]: { schema: schemaOf(readStreak) },
  },
  // What the server writes in its own name is not asked about.
  validate: ({ collection }) =>
    collection === STREAKS ? "Streaks are written by the server." : undefined,
});

/** The id of the one record in `settings`. */
export const SETTINGS_ID = "settings";

function schemaOf(read: (fields: unknown) => unknown): NonNullable<CollectionDefinition["schema"]> {
  return {
    "~standard": {
      version: 1,
      vendor: "kanso",
      validate(fields) {
        try {
          read(fields);
          return { value: fields };
        } catch (thrown) {
          if (!(thrown instanceof DomainError)) throw thrown;
          return { issues: [{ message: thrown.message, path: [thrown.field] }] };
        }
      },
    },
  };
}
