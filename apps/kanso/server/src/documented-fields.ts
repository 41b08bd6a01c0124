// Bodies and queries as the API page shows them.

/** JSON Schema, for reading. */
export interface Json {
  readonly [name: string]: unknown;
}

const object = (properties: Json, ...required: string[]) => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const text = (description: string, more: Json = {}) => ({ type: "string", description, ...more });
const whole = (description: string, more: Json = {}) => ({ type: "integer", description, ...more });
const instant = (description: string) => text(description, { format: "date-time" });
const date = (description: string) => text(description, { format: "date" });

const FIELDS = {
  title: text("What it is called", { maxLength: 100 }),
  description: text("More of it", { maxLength: 500 }),
  color: text("`#RGB` or `#RRGGBB`"),
  icon: text("The name of an icon; `default_icon` where left out"),
  type: text("How it is counted", { enum: ["boolean", "numeric", "timer"] }),
  frequency_type: text("How often; derived where left out", {
    enum: ["daily", "weekly", "specific_days", "interval"],
  }),
  weekdays: {
    type: "array",
    items: { type: "integer", minimum: 0, maximum: 6 },
    description: "0 is Sunday",
  },
  interval: whole("Every so many days", { minimum: 1 }),
  times_per_week: whole("With `weekly`: how often a week", { minimum: 1, maximum: 7 }),
  reminder_time: text("`HH:MM`; empty for none"),
  target_value: whole("How much a day", { minimum: 1 }),
  target_type: text("`at_least`, or `at_most` for a limit"),
  unit: text("Of what"),
  sort_order: whole("Its place in lists"),
};
const VERSION = whole("The version that was seen", { minimum: 1 });
const ID = text("Made by who sends it, so that sending again is safe; or one is made");
const BACK = { type: "null", description: "Brings back what was deleted, with its version" };
const ENTRY = {
  habit_id: text("Of which habit"),
  completion_date: instant("When; with its offset"),
  value: whole("How much; 0 where left out", { minimum: 0 }),
  notes: text("Anything"),
};

export const BODIES = {
  credentials: object(
    { email: text("An address"), password: text("8 characters or more", { minLength: 8 }) },
    "email",
    "password",
  ),
  habit: object({ id: ID, ...FIELDS }, "title"),
  habitEdit: object(
    {
      version: VERSION,
      ...FIELDS,
      archived_at: text("When; empty brings it back"),
      deleted_at: BACK,
    },
    "version",
  ),
  entry: object({ id: ID, ...ENTRY }, "habit_id", "completion_date"),
  entryEdit: object({ version: VERSION, ...ENTRY, deleted_at: BACK }, "version"),
} as const;

const DAYS = {
  start_date: date("The first day"),
  end_date: date("The last day; today where left out"),
};

export const QUERIES = {
  habitFeed: object({
    last_sync: instant("The `timestamp` of the last answer; all where left out"),
  }),
  entryFeed: object({ since: instant("The `timestamp` of the last answer; all where left out") }),
  entries: object(
    {
      habit_id: text("Of which habit"),
      from: instant("30 days ago where left out"),
      to: instant("Now where left out"),
    },
    "habit_id",
  ),
  days: object(DAYS),
  progress: object({
    period: text("A week where left out", { enum: ["day", "week", "month", "year"] }),
    ...DAYS,
    habit_id: text("Only this habit; all that are not archived where left out"),
  }),
  export: object({ format: text("json where left out", { enum: ["json", "csv", "loop"] }) }),
} as const;
