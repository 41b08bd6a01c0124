// What the API page says of each route. Bodies are read by the routes themselves, as leniently as the original does: what stands
// here describes them, and refuses nothing.

import { BODIES, type Json, QUERIES } from "./documented-fields.ts";

export interface Documented {
  readonly summary: string;
  readonly description?: string;
  /** True where no token is asked for. */
  readonly open?: true;
  readonly body?: keyof typeof BODIES;
  readonly query?: keyof typeof QUERIES;
  /** Whether `X-Timezone` says something here. */
  readonly zone?: true;
  /** Whether it takes an `Idempotency-Key`. */
  readonly once?: true;
  /** Statuses, and what is answered with each. */
  readonly answers: { readonly [status: number]: string };
}

const HABIT = "The habit";
const ENTRY = "The entry";
const FEED =
  "`{changes, timestamp}`: what was written since, deleted ones included, and the next cursor";
const BAD = "Something in the request is wrong: `{error}` says what";
const BAD_ENTRY =
  "Something in the request is wrong: `{error}`, for a body that cannot be read with `details`";
const NO_HABIT = "`habit not found`";
const NOTHING = "`resource not found`";
const FOREIGN = "`unauthorized access`: it is somebody else's";
const CONFLICT =
  "`version conflict`, with `current_version` and `current`: it was edited since, or deleted (`deleted_at`)";

export const ROUTES: { readonly [route: string]: Documented } = {
  "POST /auth/register": {
    summary: "Make an account",
    open: true,
    body: "credentials",
    once: true,
    answers: { 201: "`{id, email}`", 400: BAD, 409: "`email already exists`" },
  },
  "POST /auth/login": {
    summary: "Sign in",
    open: true,
    body: "credentials",
    answers: { 200: "`{token, user}`", 400: BAD, 401: "`invalid credentials`" },
  },
  "GET /auth/validate": {
    summary: "Whether the token is good",
    answers: { 200: '`{"status":"valid"}`' },
  },
  "DELETE /auth/user": {
    summary: "Remove the account and everything of this person",
    answers: { 200: "`{message}`", 500: "`failed to delete account`" },
  },
  "POST /habits": {
    summary: "Make a habit",
    description: "The same id again answers the habit that is there.",
    body: "habit",
    zone: true,
    once: true,
    answers: { 201: HABIT, 400: BAD },
  },
  "GET /habits": {
    summary: "All habits, archived ones included",
    zone: true,
    answers: { 200: "A list of habits" },
  },
  "GET /habits/sync": {
    summary: "Habits that were written since",
    query: "habitFeed",
    zone: true,
    answers: { 200: FEED, 400: BAD, 500: "`sync failed`" },
  },
  "GET /habits/:id": {
    summary: "One habit",
    zone: true,
    answers: { 200: HABIT, 404: NO_HABIT },
  },
  "PUT /habits/:id": {
    summary: "Edit a habit, or make one of this id",
    description:
      "What is absent or null stays as it is. One that is not there is made, if `title` is given.",
    body: "habitEdit",
    zone: true,
    once: true,
    answers: { 200: HABIT, 400: BAD, 404: NO_HABIT, 409: CONFLICT },
  },
  "DELETE /habits/:id": {
    summary: "Delete a habit",
    once: true,
    answers: { 204: "It is deleted", 404: NO_HABIT },
  },
  "POST /entries": {
    summary: "Log something",
    description: "The same id again answers the entry that is there.",
    body: "entry",
    zone: true,
    once: true,
    answers: { 201: ENTRY, 400: BAD_ENTRY, 403: FOREIGN, 404: NOTHING },
  },
  "GET /entries": {
    summary: "A habit's entries, the newest first",
    query: "entries",
    answers: { 200: "A list of entries", 400: BAD, 403: FOREIGN, 404: NOTHING },
  },
  "GET /entries/sync": {
    summary: "Entries that were written since",
    query: "entryFeed",
    answers: { 200: FEED, 400: BAD },
  },
  "PUT /entries/:id": {
    summary: "Replace value and notes, or make an entry of this id",
    description: "With `habit_id` and `completion_date` an entry that is not there is made.",
    body: "entryEdit",
    zone: true,
    once: true,
    answers: { 200: ENTRY, 400: BAD_ENTRY, 403: FOREIGN, 404: NOTHING, 409: CONFLICT },
  },
  "DELETE /entries/:id": {
    summary: "Delete an entry",
    once: true,
    answers: { 204: "It is deleted", 403: FOREIGN, 404: NOTHING },
  },
  "GET /stats/weekly": {
    summary: "What was done on each day",
    query: "days",
    zone: true,
    answers: { 200: "Totals, days and rates", 400: BAD, 500: "`failed to retrieve statistics`" },
  },
  "GET /stats/progress": {
    summary: "How well it goes, by day, week, month or year",
    description: "Knows schedules, vacations and streaks.",
    query: "progress",
    zone: true,
    answers: { 200: "Habits with their periods and streaks", 400: BAD, 404: NO_HABIT },
  },
  "GET /export": {
    summary: "Everything of this person in one file",
    query: "export",
    zone: true,
    answers: { 200: "The file", 400: BAD },
  },
};

export const ZONE = {
  type: "string",
  description: "An IANA name, as Europe/Rome; else that of the person's settings, or UTC",
};
export const ONCE = {
  type: "string",
  description:
    "Sent again with the same key and body, nothing more happens. 1 to 255 characters, for 30 days",
};

/** What a route answers: its own, and what any does. */
export function answersOf({ answers, open, once }: Documented): {
  readonly [status: number]: string;
} {
  return {
    ...answers,
    ...(open ? {} : { 401: "No token, or none that is good" }),
    ...(once ? { 422: "The `Idempotency-Key` was that of another request" } : {}),
    429: "Too many requests: `retry_in_s` says when to come back",
  };
}

/** A route's part of the API page. */
export function documentationOf(method: string, path: string): object {
  const route = ROUTES[`${method} ${path}`];
  if (route === undefined) return { hide: true };
  const { open, body, query, zone, once, answers: _answers, ...texts } = route;
  const [, tag = ""] = path.split("/");
  const headers: Json = {
    ...(zone ? { "X-Timezone": ZONE } : {}),
    ...(once ? { "Idempotency-Key": ONCE } : {}),
  };
  return {
    ...texts,
    tags: [`kanso ${tag}`],
    ...(open ? {} : { security: [{ token: [] }] }),
    ...(body === undefined ? {} : { body: BODIES[body] }),
    ...(query === undefined ? {} : { querystring: QUERIES[query] }),
    ...(zone || once ? { headers: { type: "object", properties: headers } } : {}),
    response: Object.fromEntries(
      Object.entries(answersOf(route)).map(([status, description]) => [status, { description }]),
    ),
  };
}
