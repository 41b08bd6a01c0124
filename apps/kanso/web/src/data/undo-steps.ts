// Undo and redo as people count them: one step for each thing they did, whatever number of mutations it took.

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

type WithHistory = Pick<KansoClient, "undo" | "redo" | "history">;

/** Takes back what was done last. @returns what it was; undefined: there was nothing */
export function undoStep(client: WithHistory): Promise<StepLabel | undefined> {
  return turnBack(client, "undo");
}

/** Does again what was taken back last. @returns what it was; undefined: there was nothing */
export function redoStep(client: WithHistory): Promise<StepLabel | undefined> {
  return turnBack(client, "redo");
}

async function turnBack(client: WithHistory, way: "undo" | "redo"): Promise<StepLabel | undefined> {
  const state = () => client.history.state.getSnapshot();
  const next = () => (way === "undo" ? state().undoLabel : state().redoLabel);
  const expected = next();
  for (;;) {
    const write = client[way]();
    if (write === undefined) return undefined;
    write.synced.catch(() => undefined); // it is in the inbox, and shown there
    await write.local;
    // Now it is the first that the other way has: the one that was underway before, if there was one.
    const turned = (way === "undo" ? state().redoLabel : state().undoLabel) ?? expected;
    if (turned === null) return undefined;
    const { kind, title, group } = readStepLabel(turned);
    if (group === "" || next() !== turned) return { kind, title };
  }
}
