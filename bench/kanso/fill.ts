// npm run kanso:fill -- --data ./data --users 10000 --habits 20 --days 365 --seed kanso: fills a database with people.

import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseDay } from "@syncline/kanso-domain";
import { openPostgresStore, openSqliteStore } from "@syncline/server";
import { fillStore, PASSWORD } from "./fill-store.ts";

const USAGE = `npm run kanso:fill -- [--data ./data | --database-url postgres://…]
  --users 10000   people
  --habits 20     habits of each
  --days 365      days of entries, up to --until
  --until         the day after the last, as 2026-11-21; today where left out
  --seed kanso    the same seed gives the same people
  --history       keep how it came about, as until the retention has passed: twice the bytes
People who are there already are passed over: a run that was stopped goes on.`;

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "./data" },
    "database-url": { type: "string" },
    users: { type: "string", default: "10000" },
    habits: { type: "string", default: "20" },
    days: { type: "string", default: "365" },
    until: { type: "string", default: new Date().toISOString().slice(0, 10) },
    seed: { type: "string", default: "kanso" },
    history: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const whole = (name: "users" | "habits" | "days", max: number): number => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  return refuse(`--${name} must be a whole number from 1 to ${max}.`);
};
const users = whole("users", 1_000_000);
const habits = whole("habits", 200);
const days = whole("days", 3_660);
const until = parseDay(values.until) ?? refuse("--until must be a date like 2026-11-21.");
const url = values["database-url"];
const path = join(values.data, "syncline.db");
if (url === undefined) await mkdir(values.data, { recursive: true });
const started = performance.now();
let shown = started;
await using store = await (url === undefined
  ? openSqliteStore({ path })
  : openPostgresStore({ url }));
const records = await fillStore(store, {
  users,
  habits,
  days,
  until,
  seed: values.seed,
  history: values.history ? "kept" : "compacted",
  progress({ people, records: written }) {
    if (performance.now() - shown < 5_000) return;
    shown = performance.now();
    const seconds = (shown - started) / 1000;
    const left = Math.round((seconds / people) * (users - people));
    console.log(
      `${people} of ${users} people, ${written.toLocaleString("en")} records, ${rate(written, seconds)}, ${left} s left`,
    );
  },
});
const seconds = (performance.now() - started) / 1000;
console.log(
  `${records.toLocaleString("en")} records of ${users} people in ${seconds.toFixed(1)} s, ${rate(records, seconds)}; their password is ${PASSWORD}`,
);
if (url === undefined)
  console.log(`${path}: ${((await stat(path)).size / 2 ** 20).toFixed(0)} MiB`);

function rate(count: number, inSeconds: number): string {
  return `${Math.round(count / inSeconds).toLocaleString("en")}/s`;
}

function refuse(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}
