// A row of the interface's table: what is asked, and the very bytes of the answer.

import type { Person } from "./fixture.ts";

/** An id as servers make them, a time, and the text of a token, inside of a body. */
const ID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z";
export const UNKNOWN = "5d6f7c1e-7a51-4c39-8f0e-0d1a2b3c4d5e";
export const AT = "2026-03-02T19:10:00+01:00";
export const NEW = { habit_id: "h", completion_date: AT };
export const ZONE = "invalid timezone format (use IANA name like 'Europe/Rome')";

export const error = (text: string) => JSON.stringify({ error: text });
export const unread = (details: string) =>
  JSON.stringify({ error: "invalid request body", details });
/** The bytes of a body, with places for what is made anew each time. */
export const bytes = (text: string) =>
  new RegExp(
    `^${text
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("ID", ID)
      .replaceAll("TIME", TIME)
      .replaceAll("TOKEN", "[\\w-]+\\.[\\w-]+\\.[\\w-]+")}$`,
  );
export const NO_STREAK = '"current_streak":0,"longest_streak":0';
/** Ada's habit, for which she did something once. */
export const habit = (
  user: string,
  fields = '"current_streak":0,"longest_streak":1',
  version = 1,
) =>
  `{"id":"h","user_id":"${user}","title":"Cello","description":"","color":"","icon":"default_icon","sort_order":0,"type":"boolean","frequency_type":"daily","interval":1,"target_value":1,"unit":"",${fields},"start_date":"TIME","version":${version},"created_at":"TIME","updated_at":"TIME"}`;
export const entry = (user: string, { id = "e", value = 2, notes = "scales", version = 1 } = {}) =>
  `{"id":"${id}","habit_id":"h","user_id":"${user}","completion_date":"2026-03-02T18:10:00Z","value":${value},"notes":"${notes}","version":${version},"created_at":"TIME","updated_at":"TIME"}`;
export const conflict = (message: string, current: string, version: number) =>
  `{"error":"version conflict","message":"${message}","current_version":${version},"current":${current}}`;
/** Who calls: Ada has the habit `h` with the entry `e`, the habit `gone` that she deleted, and Eve's habit's id. */
export interface Scene {
  readonly ada: Person;
  readonly eve: Person;
  /** Of Eve's habit and entry, as the server made them. */
  readonly theirs: { readonly habit: string; readonly entry: string };
}

export interface Row {
  readonly status: number;
  readonly path: string | ((scene: Scene) => string);
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly text: string | RegExp | ((scene: Scene) => string | RegExp);
}

/** An endpoint with its rows; the first is one that succeeds. */
export type Endpoint = readonly [method: string, path: string, rows: readonly Row[]];
