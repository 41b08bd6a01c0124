// Writes an import: many transactions, since each may hold only so much; for the person it is one step. And takes one back.

import { SETTINGS_ID } from "../data/collections.ts";
import type { KansoClient } from "../data/open.ts";
import { stepLabel } from "../data/undo-steps.ts";
import type { Here, Plan } from "./plan.ts";

/** A mutation may hold a thousand changes, and a megabyte goes through every proxy. */
const MAX_CHANGES = 1_000;
const MAX_CHARACTERS = 400_000;

/** More could not be taken back as one step: 20 habits for 12 years. */
export const MAX_IMPORT = 90_000;

type Transaction = Parameters<Parameters<KansoClient["transaction"]>[0]>[0];
type Write = { readonly size: number; fill(tx: Transaction): void };

export async function readHere({ collections }: KansoClient): Promise<Here & { places: number }> {
  const [habits, entries, vacations, settings] = await Promise.all([
    collections.habits.query(),
    collections.entries.query(),
    collections.vacations.query(),
    collections.settings.get(SETTINGS_ID),
  ]);
  const ids = (rows: readonly { readonly id: string }[]) => new Set(rows.map(({ id }) => id));
  return {
    habits: ids(habits),
    entries: ids(entries),
    vacations: ids(vacations),
    hasSettings: settings !== undefined,
    places: habits.reduce((last, { sortOrder }) => Math.max(last, sortOrder + 1), 0),
  };
}

/**
 * Writes what is planned, so that it is on the device; it travels to the server afterwards like everything else.
 * What was written stays when it is stopped: whoever stops it takes it back.
 * @throws the reason of the signal; {SynclineError} `storage_full` and such
 */
export async function runImport(
  client: KansoClient,
  plan: Plan,
  { signal, onProgress }: { readonly signal: AbortSignal; onProgress(share: number): void },
): Promise<void> {
  await writeAll(client, writesOf(plan), { signal, onProgress });
}

/** Deletes what an import has written so far, whatever else was done meanwhile. */
export async function takeBack(client: KansoClient, plan: Plan): Promise<void> {
  const here = await readHere(client);
  const { settings, vacations, habits, entries } = plan;
  const there = <One extends { readonly id: string }>(
    all: readonly One[],
    ids: ReadonlySet<string>,
  ) => all.filter(({ id }) => ids.has(id));
  const size = 0;
  await writeAll(client, [
    // Habits go first, so that nobody sees one half deleted.
    ...there(habits, here.habits).map(({ id }) => ({
      size,
      fill: (tx: Transaction) => tx.habits.delete(id),
    })),
    ...there(entries, here.entries).map(({ id }) => ({
      size,
      fill: (tx: Transaction) => tx.entries.delete(id),
    })),
    ...there(vacations, here.vacations).map(({ id }) => ({
      size,
      fill: (tx: Transaction) => tx.vacations.delete(id),
    })),
    ...(settings === null || !here.hasSettings
      ? []
      : [{ size, fill: (tx: Transaction) => tx.settings.delete(SETTINGS_ID) }]),
  ]);
}

async function writeAll(
  client: KansoClient,
  writes: readonly Write[],
  { signal, onProgress }: { readonly signal?: AbortSignal; onProgress?(share: number): void } = {},
): Promise<void> {
  const label = stepLabel("import", "", crypto.randomUUID());
  let written = 0;
  for (const part of partsOf(writes)) {
    signal?.throwIfAborted();
    const write = client.transaction((tx) => part.forEach(({ fill }) => void fill(tx)), { label });
    write.synced.catch(() => undefined); // it is in the inbox, and shown there
    await write.local;
    written += part.length;
    onProgress?.(written / writes.length);
  }
}

/** A habit comes before its entries. */
function writesOf({ settings, vacations, habits, entries }: Plan): Write[] {
  return [
    ...(settings === null
      ? []
      : [
          {
            size: 100,
            fill: (tx: Transaction) => void tx.settings.insert({ id: SETTINGS_ID, ...settings }),
          },
        ]),
    ...vacations.map((vacation) => ({
      size: vacation.note.length,
      fill: (tx: Transaction) => void tx.vacations.insert(vacation),
    })),
    ...habits.map((habit) => ({
      size: habit.description.length,
      fill: (tx: Transaction) => void tx.habits.insert(habit),
    })),
    ...entries.map((entry) => ({
      size: entry.notes.length,
      fill: (tx: Transaction) => void tx.entries.insert(entry),
    })),
  ];
}

function* partsOf(writes: readonly Write[]): Generator<readonly Write[]> {
  let part: Write[] = [];
  let characters = 0;
  for (const write of writes) {
    if (
      part.length === MAX_CHANGES ||
      (part.length > 0 && characters + write.size > MAX_CHARACTERS)
    ) {
      yield part;
      part = [];
      characters = 0;
    }
    part.push(write);
    characters += write.size;
  }
  if (part.length > 0) yield part;
}
