// An import that goes on whatever page is shown, and when the app is opened anew: in the end it is whole, or taken back whole.

import { forgetImport, importState } from "../data/import-state.ts";
import type { KansoClient } from "../data/open.ts";
import { keepPlan, readPlan } from "./kept-plan.ts";
import type { Plan } from "./plan.ts";
import { readHere, runImport, takeBack } from "./run-import.ts";

/** One tab at a time. */
const LOCK = "kanso.import";

let work: AbortController | undefined;
/** What was imported last, as long as the app is open: it can be taken back. */
let last: Plan | undefined;

export function startImport(client: KansoClient, plan: Plan): void {
  importState.set({ name: "write", share: 0 });
  void inTurn(async () => {
    await keepPlan(plan);
    await carryOut(client, plan, plan);
  });
}

/** Goes on with what is not here yet. */
export function goOnWithImport(client: KansoClient): void {
  void inTurn(async () => {
    // Another tab may have ended it while this one waited.
    const plan = await readPlan();
    if (plan === undefined) return;
    importState.set({ name: "write", share: 0 });
    const here = await readHere(client);
    await carryOut(client, plan, {
      habits: plan.habits.filter(({ id }) => !here.habits.has(id)),
      entries: plan.entries.filter(({ id }) => !here.entries.has(id)),
      vacations: plan.vacations.filter(({ id }) => !here.vacations.has(id)),
      settings: here.hasSettings ? null : plan.settings,
    });
  });
}

/** Stops it, and takes back what was written. */
export function stopImport(): void {
  work?.abort();
}

/** Takes back what was imported last. */
export function undoImport(client: KansoClient): void {
  const plan = last;
  if (plan === undefined) return;
  importState.set({ name: "undo" });
  void inTurn(async () => {
    await takeBack(client, plan);
    last = undefined;
    importState.set({ name: "back", wasDone: true });
  });
}

/** Nobody needs to be told how it went any more. */
export function endImport(): void {
  importState.set({ name: "none" });
}

async function inTurn(run: () => Promise<void>): Promise<void> {
  try {
    await navigator.locks.request(LOCK, run);
  } catch (thrown) {
    importState.set({ name: "failed", thrown });
  }
}

/** @param rest of the plan: what is not here yet */
async function carryOut(client: KansoClient, plan: Plan, rest: Plan): Promise<void> {
  const own = new AbortController();
  work = own;
  try {
    const onProgress = (share: number) => importState.set({ name: "write", share });
    await runImport(client, rest, { signal: own.signal, onProgress });
  } catch (thrown) {
    importState.set({ name: "undo" });
    await takeBack(client, plan);
    forgetImport();
    importState.set(
      own.signal.aborted ? { name: "back", wasDone: false } : { name: "failed", thrown },
    );
    return;
  } finally {
    work = undefined;
  }
  last = plan;
  forgetImport();
  const { habits, entries } = plan;
  importState.set({ name: "done", habits: habits.length, entries: entries.length });
}
