// syncline import simple data.db: the database of a simple-sync server becomes a history with its users, keys, codes and rules.

import { createHash } from "node:crypto";
import { type SpaceAddress, SynclineError, spaceToText } from "@syncline/core";
import { isBcrypt } from "../accounts/bcrypt.ts";
import { createMemoryBus } from "../bus/memory.ts";
import { systemEngineEnvironment } from "../create-server.ts";
import { simpleApp } from "../dialects/simple/app.ts";
import { historyLines, type ImportTarget } from "../dialects/simple/transfer.ts";
import { createEngine } from "../engine/create-engine.ts";
import { createKeyStore, type ForeignUser, type KeyStore } from "../keys/index.ts";
import { type CommandInput, printJson, printLine } from "./command.ts";
import { note } from "./noting.ts";
import { OPERATOR, openStore } from "./open.ts";
import { createProgress } from "./progress.ts";
import { openSimpleDatabase, type SimpleDatabase } from "./simple-database.ts";
import { importLines, type Told } from "./simple-history.ts";

/** Users in one transaction, with all that is theirs. */
const USERS = 100;
const MAX_REPORTED = 20;

interface Target extends ImportTarget {
  readonly keys: KeyStore;
}

/** What is there already is counted, so running it again goes on where it stopped. */
export async function importSimple(
  input: CommandInput,
  address: SpaceAddress,
  path: string,
): Promise<number> {
  const { terminal, flags, json } = input;
  using source = openSimpleDatabase(path);
  const problems: string[] = [];
  if (flags["dry-run"] === true) return report(input, source);
  await using store = await openStore(input, "make");
  const environment = systemEngineEnvironment();
  const keys = createKeyStore({ store, environment, failed: () => undefined });
  const space = spaceToText(address);
  await note(store, { action: "import", target: space, details: { from: "simple" } });
  const target: Target = { store, environment, keys, space, by: OPERATOR.userId };
  const progress = createProgress(terminal, "imported");
  const total = source.counts.event + source.counts.user + source.counts.acl_rule;
  const started = performance.now();
  const problem = (text: string, cause?: unknown) => {
    if (flags["continue-on-error"] !== true)
      throw new SynclineError("invalid", `${text} (--continue-on-error passes over such rows)`, {
        cause,
      });
    problems.push(text);
  };
  const goesOn = (read: number) => {
    progress.update(read, total);
    return !terminal.signal.aborted;
  };
  const told = (kind: string, before: number): Told => ({
    problem: (row, text, cause) => problem(`${kind} ${row}: ${text}`, cause),
    goesOn: (read) => goesOn(before + read),
  });
  const { event: eventCount, acl_rule: ruleCount } = source.counts;
  const events = await importLines(numbered(source.events()), target, told("row", 0));
  // After all events: they were in force, whatever the events say.
  const values = terminal.signal.aborted ? [] : source.rules();
  const rules = await importLines(numbered(values), target, told("rule", eventCount));
  const users = await importUsers(source, target, {
    problem,
    goesOn: (read) => goesOn(eventCount + ruleCount + read),
  });
  progress.finish();
  if (terminal.signal.aborted) {
    terminal.stderr.write("Stopped. Run it again to go on.\n");
    return 1;
  }
  const seconds = (performance.now() - started) / 1000;
  const found = await digestOf(target, address);
  const rowsPerSecond = Math.round(total / Math.max(seconds, 0.001));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  if (json) {
    const figures = { ...found, problems: problems.length, rowsPerSecond, peakMb };
    printJson(terminal, { space, events, rules, ...users, ...figures });
  } else {
    const number = (value: number) => value.toLocaleString("en");
    const there = events.duplicates + rules.duplicates;
    printLine(
      terminal,
      `Imported into ${space}: ${number(events.written)} events, ${number(rules.written)} rules, ${number(users.users)} users, ${number(users.keys)} keys, ${number(users.setups)} setup codes; ${number(there)} events and rules were there already. Its history: ${number(found.history)} events, digest ${found.digest}. ${number(rowsPerSecond)} rows/s, at most ${number(peakMb)} MB.`,
    );
  }
  for (const text of problems.slice(0, MAX_REPORTED))
    terminal.stderr.write(`passed over ${text}\n`);
  if (problems.length > MAX_REPORTED)
    terminal.stderr.write(`and ${problems.length - MAX_REPORTED} more\n`);
  return problems.length === 0 ? 0 : 1;
}

function report({ terminal, json }: CommandInput, { counts }: SimpleDatabase): number {
  const { event: events, acl_rule: rules, user: users, api_key: keys, setup_token } = counts;
  const found = { events, rules, users, keys, setupCodes: setup_token };
  if (json) printJson(terminal, found);
  else {
    for (const [name, count] of Object.entries(found))
      printLine(terminal, `${name.padEnd(12)} ${count.toLocaleString("en")}`);
    printLine(terminal, "Nothing was imported.");
  }
  return 0;
}

function* numbered(values: Iterable<unknown>) {
  let number = 0;
  for (const value of values) yield { number: ++number, value };
}

async function importUsers(
  source: SimpleDatabase,
  { keys, environment }: Target,
  { problem, goesOn }: { problem(text: string): void; goesOn(read: number): boolean },
): Promise<{ readonly users: number; readonly keys: number; readonly setups: number }> {
  const sum = { users: 0, keys: 0, setups: 0 };
  let batch: ForeignUser[] = [];
  let read = 0;
  async function flush(): Promise<void> {
    const taken = await keys.takeIn(batch);
    batch = [];
    sum.users += taken.users;
    sum.keys += taken.keys;
    sum.setups += taken.setups;
  }
  for (const user of source.users(environment.now())) {
    if (!goesOn(read)) return sum;
    read += 1;
    if (user.user === "" || user.user.length > 128) {
      problem(`user ${user.user.slice(0, 40)}: a user id has 1 to 128 characters`);
      continue;
    }
    const good = user.keys.filter(({ bcrypt }) => isBcrypt(bcrypt));
    if (good.length < user.keys.length)
      problem(`user ${user.user}: ${user.keys.length - good.length} keys have no hash of bcrypt`);
    batch.push({ ...user, keys: good });
    if (batch.length >= USERS) await flush();
  }
  await flush();
  return sum;
}

/** One text for the whole history: two imports of one database have the same. */
async function digestOf({ store, environment }: Target, address: SpaceAddress) {
  if ((await store.head(spaceToText(address))) === undefined) return { history: 0, digest: "" };
  const app = simpleApp({
    name: address.app,
    older: false,
    isUser: async () => true,
    now: () => environment.now(),
  });
  const engine = createEngine({
    store,
    bus: createMemoryBus(),
    apps: [app],
    openApps: false,
    environment,
  });
  const hash = createHash("sha256");
  let events = 0;
  for await (const { text, count } of historyLines(
    engine,
    await engine.admit(OPERATOR, address, "read"),
  )) {
    hash.update(text);
    events += count;
  }
  return { history: events, digest: hash.digest("hex").slice(0, 16) };
}
