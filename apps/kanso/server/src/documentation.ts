// What the API page says of each route. Bodies are read by the routes themselves, as leniently as the original does: here
// stands what they are, not a schema that would refuse what is accepted.

interface Documented {
  readonly summary: string;
  readonly description?: string;
  /** True where no token is asked for. */
  readonly open?: true;
}

const HABIT =
  "`title` (up to 100 characters), `description`, `color` (`#RGB` or `#RRGGBB`), `icon`, `type` (boolean, numeric, timer), " +
  "`frequency_type` (daily, weekly, specific_days, interval), `weekdays` (0 is Sunday), `interval`, `times_per_week`, " +
  "`reminder_time` (HH:MM), `target_value`, `unit`, `sort_order`";
const ZONE = "Header `X-Timezone`: an IANA name, UTC where left out.";
const ONCE =
  "Header `Idempotency-Key`: sent again with the same key and body, nothing more happens; 422 for the same key with another.";
const FEED =
  "Answers `{changes, timestamp}`: what was written after the cursor, deleted ones included, and the next cursor.";

const ROUTES: { readonly [route: string]: Documented } = {
  "POST /auth/register": {
    summary: "Make an account",
    description: "Body: `email`, `password` (8 characters or more).",
    open: true,
  },
  "POST /auth/login": {
    summary: "Sign in",
    description: "Body: `email`, `password`. Answers `{token, user}`.",
    open: true,
  },
  "GET /auth/validate": { summary: "Whether the token is good" },
  "DELETE /auth/user": { summary: "Remove the account and everything of this person" },
  "POST /habits": {
    summary: "Make a habit",
    description: `Body: \`id\` (yours, or one is made), ${HABIT}. The same id again answers the habit that is there. ${ONCE}`,
  },
  "GET /habits": { summary: "All habits, archived ones included", description: ZONE },
  "GET /habits/sync": {
    summary: "Habits that were written since",
    description: `Query \`last_sync\`. ${FEED}`,
  },
  "GET /habits/:id": { summary: "One habit", description: ZONE },
  "PUT /habits/:id": {
    summary: "Edit a habit, or make one of this id",
    description: `Body: \`version\` (what you have seen), \`archived_at\` (empty brings it back), ${HABIT}. ${ONCE} 409 with \`current\` when it was edited since.`,
  },
  "DELETE /habits/:id": { summary: "Delete a habit" },
  "POST /entries": {
    summary: "Log something",
    description: `Body: \`habit_id\`, \`completion_date\` (RFC 3339), \`value\`, \`notes\`, \`id\` (yours makes it safe to send again). ${ONCE} ${ZONE}`,
  },
  "GET /entries": {
    summary: "A habit's entries, the newest first",
    description: "Query `habit_id`, `from`, `to`; the last 30 days where left out.",
  },
  "GET /entries/sync": {
    summary: "Entries that were written since",
    description: `Query \`since\`. ${FEED}`,
  },
  "PUT /entries/:id": {
    summary: "Replace value and notes, or make an entry of this id",
    description:
      "Body: `value`, `notes`, `version`; with `habit_id` and `completion_date` an entry that is not there is made. 409 with `current` when it was edited since.",
  },
  "DELETE /entries/:id": { summary: "Delete an entry" },
  "GET /stats/weekly": {
    summary: "What was done on each day",
    description: `Query \`start_date\`, \`end_date\` (YYYY-MM-DD); the last seven days where left out. ${ZONE}`,
  },
  "GET /stats/progress": {
    summary: "How well it goes, by day, week, month or year",
    description: `Query \`period\`, \`start_date\`, \`end_date\`, \`habit_id\`. Knows schedules, vacations and streaks. ${ZONE}`,
  },
  "GET /export": {
    summary: "Everything of this person in one file",
    description: "Query `format`: json, csv or loop.",
  },
};

/** A route's part of the API page. */
export function documentationOf(method: string, path: string): object {
  const route = ROUTES[`${method} ${path}`];
  if (route === undefined) return { hide: true };
  const { open, ...texts } = route;
  const [, tag = ""] = path.split("/");
  return { ...texts, tags: [`kanso ${tag}`], ...(open ? {} : { security: [{ token: [] }] }) };
}
