// Undo comes after what was done before it, also where that still reads what it needs before it writes.

import type { Actions } from "./actions.ts";

/** What is underway, by client: the actions are made anew when the settings change. */
const underwayOf = new WeakMap<object, Set<Promise<unknown>>>();

/** @param client whose actions they are */
export function inOrder(client: object, actions: Actions): Actions {
  const underway = underwayOf.get(client) ?? new Set();
  underwayOf.set(client, underway);

  const tracked =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      const done = act(...args);
      underway.add(done);
      const forget = () => void underway.delete(done);
      done.then(forget, forget);
      return done;
    };
  const after = <R>(turn: () => Promise<R>) =>
    tracked(async () => {
      await Promise.allSettled(underway);
      return turn();
    });

  return {
    completeHabit: tracked(actions.completeHabit),
    setEntry: tracked(actions.setEntry),
    reopenDay: tracked(actions.reopenDay),
    clearEntry: tracked(actions.clearEntry),
    createHabit: tracked(actions.createHabit),
    editHabit: tracked(actions.editHabit),
    reorderHabits: tracked(actions.reorderHabits),
    archiveHabit: tracked(actions.archiveHabit),
    restoreHabit: tracked(actions.restoreHabit),
    deleteHabit: tracked(actions.deleteHabit),
    changeSettings: tracked(actions.changeSettings),
    addVacation: tracked(actions.addVacation),
    removeVacation: tracked(actions.removeVacation),
    undo: after(actions.undo),
    redo: after(actions.redo),
  };
}
