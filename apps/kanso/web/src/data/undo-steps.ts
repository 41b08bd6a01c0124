// Undo and redo as people count them: one step for each thing they did, whatever number of mutations it took.

import { type LeftAsIs, watchLeftAsIs } from "./left-as-is.ts";
import type { KansoClient } from "./open.ts";

export const STEP_KINDS = [
  "complete",
  "add",
  "set",
  "clear",
  "create",
  "edit",
  "reorder",
  "archive",
  "restore",
  "delete",
  "settings",
  "vacation",
  "import",
  "decide",
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** What was done: kept as the label of its mutations, and said in the person's language when it is taken back. */
export interface StepLabel {
  /** Undefined: something that only the app's next version knows of. */
  readonly kind: StepKind | undefined;
  /** Of what: a habit's title; empty where it is nothing in particular. */
  readonly title: string;
}

const SEPARATOR = "\t";

/** @param group the same for all mutations of one step, where it takes more than one */
export function stepLabel(kind: StepKind, title = "", group = ""): string {
  return [kind, title.replaceAll(SEPARATOR, " "), group].join(SEPARATOR);
}

export function readStepLabel(label: string): StepLabel & { readonly group: string } {
  const [name, title = "", group = ""] = label.split(SEPARATOR);
  return { kind: STEP_KINDS.find((kind) => kind === name), title, group };
}

/** A step that was taken back, or made again. */
export interface TurnedStep extends StepLabel {
  /** What stays as it is, because others have changed it since. */
  readonly left: "nothing" | "some" | "all";
}

type WithHistory = Pick<KansoClient, "undo" | "redo" | "history">;

/** Takes back what was done last. @returns what it was; undefined: there was nothing */
export function undoStep(client: WithHistory): Promise<TurnedStep | undefined> {
  return turnBack(client, "undo");
}

/** Does again what was taken back last. @returns what it was; undefined: there was nothing */
export function redoStep(client: WithHistory): Promise<TurnedStep | undefined> {
  return turnBack(client, "redo");
}

async function turnBack(
  client: WithHistory,
  way: "undo" | "redo",
): Promise<TurnedStep | undefined> {
  const state = () => client.history.state.getSnapshot();
  const next = () => (way === "undo" ? state().undoLabel : state().redoLabel);
  const expected = next();
  const told: LeftAsIs[] = [];
  const unwatch = watchLeftAsIs(client, (left) => void told.push(left));
  try {
    for (let mutations = 1; ; mutations += 1) {
      const write = client[way]();
      if (write === undefined) return undefined;
      const before = told.length;
      write.synced.catch(() => undefined); // it is in the inbox, and shown there
      await write.local;
      const left = told.at(before);
      // Now it is the first that the other way has: the one that was underway before, if there was one.
      const other = way === "undo" ? state().redoLabel : state().undoLabel;
      const turned = (left?.dropped === true ? left.label : other) ?? expected;
      if (turned === null) return undefined;
      const { kind, title, group } = readStepLabel(turned);
      if (group === "" || next() !== turned) return { kind, title, left: leftOf(told, mutations) };
    }
  } finally {
    unwatch();
  }
}

function leftOf(told: readonly LeftAsIs[], mutations: number): TurnedStep["left"] {
  if (told.length === 0) return "nothing";
  return told.filter(({ dropped }) => dropped).length === mutations ? "all" : "some";
}
