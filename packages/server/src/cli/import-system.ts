// syncline import NAME --from postgres://…: people and their records from the server that came before an app.

import { personalSpace, SynclineError } from "@syncline/core";
import { systemEngineEnvironment } from "../create-server.ts";
import { newSpace } from "../engine/admit.ts";
import type { ImportDefinition, ImportedPerson, ImportedRow } from "../imports/port.ts";
import { type RowsOutcome, unitOfRows } from "../imports/unit-of-rows.ts";
import type { CommitUnit, Store } from "../store/port.ts";
import { type Database, openDatabase } from "../store/postgres/database.ts";
import { type CommandInput, printJson, printLine } from "./command.ts";
import { digestOf } from "./import-mana.ts";
import { note } from "./noting.ts";
import { openStore } from "./open.ts";
import { createProgress } from "./progress.ts";

/** Rows in one transaction, of however many people. */
const BATCH = 2_000;
const MAX_REPORTED = 20;

/** @param from the other system's database */
export async function importSystem(
  input: CommandInput,
  definition: ImportDefinition,
  from: string,
): Promise<number> {
  const source = await openDatabase({ url: from, statementMs: 600_000 });
  try {
    const counts = await definition.count(source);
    if (input.flags["dry-run"] === true)
      return await lookThrough(input, definition, { source, counts });
    await using store = await openStore(input, "make");
    await note(store, { action: "import", details: { from: definition.name } });
    return await run(input, definition, { source, store, counts });
  } finally {
    await source.close();
  }
}

interface Work {
  readonly source: Database;
  readonly store: Store;
  readonly counts: { readonly [what: string]: number };
}

/** Reads everything as an import would, and writes nothing. */
async function lookThrough(
  input: CommandInput,
  definition: ImportDefinition,
  { source, counts }: Omit<Work, "store">,
): Promise<number> {
  const problems: string[] = [];
  for await (const people of definition.people(source))
    for (const person of people)
      for await (const page of definition.rows(source, person))
        for (const row of page) if ("problem" in row) problems.push(row.problem);
  const { terminal, json } = input;
  if (json) printJson(terminal, { ...counts, problems: problems.length });
  else {
    for (const [what, count] of Object.entries({
      ...counts,
      "cannot be imported": problems.length,
    }))
      printLine(terminal, `${what.padEnd(24)} ${count.toLocaleString("en")}`);
    printLine(terminal, "Nothing was imported.");
  }
  tellProblems(input, problems);
  return problems.length === 0 ? 0 : 1;
}

async function run(input: CommandInput, definition: ImportDefinition, work: Work): Promise<number> {
  const { terminal, flags, json } = input;
  const { source, store, counts } = work;
  const environment = systemEngineEnvironment();
  const importer = `import:${definition.name}`;
  const started = performance.now();
  const progress = createProgress(terminal, "imported");
  const problems: string[] = [];
  const spaces: string[] = [];
  const sum = { rows: 0, written: 0, known: 0 };
  let units: CommitUnit<RowsOutcome>[] = [];
  let waiting = 0;

  function refuse(problem: string): void {
    problems.push(problem);
    if (flags["continue-on-error"] !== true)
      throw new SynclineError("invalid", `${problem} (--continue-on-error passes over such rows)`);
  }

  async function flush(): Promise<void> {
    const outcomes = units.length === 0 ? [] : await store.commit(units);
    units = [];
    waiting = 0;
    for (const { written, known, kept } of outcomes) {
      sum.written += written;
      sum.known += known;
      for (const name of kept)
        problems.push(`${name}: it was changed here and there since: it stays as it is here`);
    }
    progress.update(sum.rows, null);
  }

  for await (const people of definition.people(source)) {
    for (const person of people) {
      if (!(await hasAccount(store, person))) {
        refuse(`${person.email}: another account has this address or this id here`);
        continue;
      }
      const space = `${definition.app}/${personalSpace(person.userId)}`;
      spaces.push(space);
      for await (const page of definition.rows(source, person)) {
        if (terminal.signal.aborted) {
          await flush();
          progress.finish();
          terminal.stderr.write("Stopped. Run it again to go on.\n");
          return 1;
        }
        sum.rows += page.length;
        const rows: ImportedRow[] = [];
        for (const row of page) {
          if ("problem" in row) refuse(row.problem);
          else rows.push(row);
        }
        waiting += rows.length;
        const { userId } = person;
        if (rows.length > 0)
          units.push(unitOfRows(rows, { space, userId, importer, create: newSpace(environment) }));
        if (waiting >= BATCH) await flush();
      }
    }
  }
  await flush();
  progress.finish();
  const seconds = (performance.now() - started) / 1000;
  const { digest, records } = await digestOf(store, spaces);
  const figures = {
    ...counts,
    ...sum,
    records,
    digest,
    problems: problems.length,
    rowsPerSecond: Math.round(sum.rows / Math.max(seconds, 0.001)),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  if (json) printJson(terminal, figures);
  else {
    const number = (value: number) => value.toLocaleString("en");
    printLine(
      terminal,
      `Imported ${number(sum.written)} records of ${number(spaces.length)} people (${number(sum.known)} were here): now ${number(records)} that are not deleted, digest ${digest}, ${number(figures.rowsPerSecond)} rows/s, at most ${number(figures.peakMb)} MB.`,
    );
  }
  tellProblems(input, problems);
  return problems.length === 0 ? 0 : 1;
}

/** Makes the account where there is none. @returns false when somebody else has the address or the id */
async function hasAccount({ accounts }: Store, person: ImportedPerson): Promise<boolean> {
  // Nobody has shown yet that the address is the person's.
  if (await accounts.create({ ...person, verifiedAtMs: 0 })) return true;
  return (await accounts.byUser(person.userId))?.email === person.email;
}

function tellProblems({ terminal }: CommandInput, problems: readonly string[]): void {
  for (const problem of problems.slice(0, MAX_REPORTED))
    terminal.stderr.write(`passed over ${problem}\n`);
  if (problems.length > MAX_REPORTED)
    terminal.stderr.write(`and ${problems.length - MAX_REPORTED} more\n`);
}
