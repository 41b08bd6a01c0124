// Undo and redo: the mutations of this device's session, taken back and made again as new ones.

import type { MergePolicy } from "@syncline/core";
import type { AnyCollection } from "../collections/definition.ts";
import type { Device } from "../device.ts";
import type { ClientEvent } from "../events.ts";
import type { Appended, Settle } from "../outbox/appended.ts";
import type { Intent } from "../outbox/intent.ts";
import type { Write, Writer } from "../outbox/writer.ts";
import { createSource, type Observable } from "../query/observable.ts";
import { invert, type NotUndone } from "./invert.ts";
import { type Step, stepOf } from "./step.ts";

/** What can be undone and made again now. Labels are the app's own, or such as `update todos`. */
export interface HistoryState {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
}

/**
 * The writes of one space that were made since this client was opened, the last 100 mutations. It is kept in
 * memory: after a reload, and in another tab, it begins anew.
 */
export interface History {
  /**
   * Takes the last mutation back with a new one: what nobody has changed since is as it was before it. Undefined
   * when there is nothing to take back.
   */
  undo(): Write | undefined;
  /** Makes what was undone last again, under the same rule. The next ordinary write ends that. */
  redo(): Write | undefined;
  readonly state: Observable<HistoryState>;
}

/** The history as the rest of the space sees it. */
export interface OpenHistory extends History {
  /** A mutation of the app's. */
  record(appended: Appended): void;
  /** A mutation in the place of another one, made when its turn has come. */
  rewrite(build: () => readonly Intent[], instead: { readonly settle: Settle | null }): Write;
  /** The server, or the device, has refused a mutation. */
  forget(settle: Settle): void;
}

export interface HistoryOptions {
  readonly space: string;
  readonly device: Device;
  writer(): Pick<Writer, "revise" | "busy">;
  definitionOf(collection: string): AnyCollection;
  policyOf(collection: string): MergePolicy;
  emit(event: ClientEvent): void;
  onError(thrown: unknown): void;
}

const MAX_STEPS = 100;
const EMPTY: HistoryState = Object.freeze({
  canUndo: false,
  canRedo: false,
  undoLabel: null,
  redoLabel: null,
});

export function createHistory(options: HistoryOptions): OpenHistory {
  const { space, device, policyOf, emit } = options;
  const undoable: Step[] = [];
  const redoable: Step[] = [];
  const clientIds = new Set<string>();
  const state = createSource<HistoryState>(EMPTY, options.onError);

  function publish(): void {
    const [undo, redo] = [undoable.at(-1), redoable.at(-1)];
    const next = {
      canUndo: undo !== undefined,
      canRedo: redo !== undefined,
      undoLabel: undo?.label ?? null,
      redoLabel: redo?.label ?? null,
    };
    if (JSON.stringify(next) !== JSON.stringify(state.getSnapshot()))
      state.set(Object.freeze(next));
  }

  function take(appended: Appended): Step | undefined {
    clientIds.add(device.clientId());
    return stepOf(appended, policyOf);
  }

  function push(steps: Step[], step: Step | undefined): void {
    if (step !== undefined) steps.push(step);
    if (steps.length > MAX_STEPS) steps.shift();
    publish();
  }

  function remove(step: Step | undefined): void {
    for (const steps of [undoable, redoable]) {
      const index = step === undefined ? -1 : steps.indexOf(step);
      if (index >= 0) steps.splice(index, 1);
    }
  }

  function drop(step: Step | undefined): void {
    remove(step);
    publish();
  }

  function replace(settle: Settle | null, appended: Appended): void {
    const step = take(appended);
    for (const steps of [undoable, redoable]) {
      const index = steps.findIndex((held) => held.settle === settle);
      const held = steps[index];
      if (held === undefined) continue;
      // Who waits for the first one is told what becomes of the second.
      if (step === undefined) steps.splice(index, 1);
      else steps[index] = { ...step, settle: held.settle, label: held.label };
    }
    publish();
  }

  function turnBack(from: Step[], to: Step[]): Write | undefined {
    // A write that is not yet on the device is there when its turn has come, and this one's comes after it.
    if (from.length === 0 && !options.writer().busy()) return undefined;
    let step: Step | undefined;
    let left: readonly NotUndone[] = [];
    const report = (dropped: boolean) => {
      const label = step?.label ?? "";
      if (left.length > 0) emit({ type: "not_undone", space, label, dropped, records: left });
    };
    const write = options.writer().revise({
      inOrder: true,
      async build(view) {
        step = from.at(-1);
        if (step === undefined) return [];
        const clientId = device.clientId();
        const isOwn = (id: string) => id === clientId || clientIds.has(id);
        const inverse = await invert(step, { ...options, view, isOwn, clientId });
        left = inverse.left;
        if (inverse.intents.length === 0) {
          drop(step);
          report(true);
        }
        return inverse.intents;
      },
      taken(appended) {
        remove(step);
        push(to, take({ ...appended, label: step?.label }));
        report(false);
      },
    });
    // What does not fit will not fit the next time; what the device had no room for may.
    write.local.catch((error) => {
      if (UNFIT.has(error.code)) drop(step);
    });
    return write;
  }

  return {
    undo: () => turnBack(undoable, redoable),
    redo: () => turnBack(redoable, undoable),
    state: { subscribe: state.subscribe, getSnapshot: state.getSnapshot },
    record(appended) {
      const step = take(appended);
      if (step === undefined) return;
      redoable.length = 0;
      push(undoable, step);
    },
    rewrite: (build, { settle }) =>
      options.writer().revise({
        build,
        taken: (appended) => replace(settle, appended),
        rewritten: true,
      }),
    forget(settle) {
      drop([...undoable, ...redoable].find((step) => step.settle === settle));
    },
  };
}

const UNFIT: ReadonlySet<string> = new Set([
  "schema",
  "invalid",
  "conflict",
  "not_found",
  "too_large",
]);
