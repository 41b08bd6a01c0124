// Writes an import: many transactions, since each may hold only so much; for the person it is one step, taken back as one.

import { SETTINGS_ID } from "../data/collections.ts";
import type { KansoClient } from "../data/open.ts";
import { stepLabel, undoStep } from "../data/undo-steps.ts";
import { type Here, type Plan, sizeOf } from "./plan.ts";

/** A mutation may hold a thousand changes, and a megabyte goes through every proxy. */
const MAX_CHANGES = 1_000;
const MAX_CHARACTERS = 400_000;

/** More could not be taken back as one step: 20 habits for 12 years. */
export const MAX_IMPORT = 90_000;

type Transaction = Parameters<Parameters<KansoClient["transaction"]>[0]>[0];
type Write = { readonly size: number; fill(tx: Transaction): void };

export interface ImportRun {
  /** What the steps of undo are called: all of them are of this import. */
  readonly label: string;
  readonly written: number;
}

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
 * When it is stopped, or cannot go on, what was written is taken back.
 * @throws the reason of the signal; {SynclineError} `storage_full` and such
 */
export async function runImport(
  client: KansoClient,
  plan: Plan,
  { signal, onProgress }: { readonly signal: AbortSignal; onProgress(share: number): void },
): Promise<ImportRun> {
  const label = stepLabel("import", "", crypto.randomUUID());
  const total = sizeOf(plan);
  let written = 0;
  try {
    for (const part of partsOf(writesOf(plan))) {
      signal.throwIfAborted();
      const write = client.transaction((tx) => part.forEach(({ fill }) => void fill(tx)), {
        label,
      });
      write.synced.catch(() => undefined); // it is in the inbox, and shown there
      await write.local;
      written += part.length;
      onProgress(written / Math.max(1, total));
    }
  } catch (thrown) {
    await takeBack(client, label);
    throw thrown;
  }
  return { label, written };
}

/** Takes an import back, as long as nothing else was done since. @returns whether it could */
export async function takeBack(client: KansoClient, label: string): Promise<boolean> {
  if (client.history.state.getSnapshot().undoLabel !== label) return false;
  await undoStep(client);
  return true;
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
