// Everything that can be done with habits and entries: each is one transaction, on the screen at once, and one step of undo.

import type { Write } from "@syncline/client";
import { DEFAULT_LIMITS } from "@syncline/core";
import {
  archiveHabit,
  createEntry,
  createHabit,
  type Day,
  dayOfEntry,
  dayToText,
  type Entry,
  type EntryDraft,
  type EntryKind,
  editHabit,
  type Habit,
  type HabitDraft,
  repositionHabit,
  restoreHabit,
  type Settings,
  type Vacation,
} from "@syncline/kanso-domain";
import { useMemo } from "react";
import { circumstanceOf, useSettings } from "./calendar.ts";
import { SETTINGS_ID, useClient } from "./collections.ts";
import { notesByDay } from "./day-notes.ts";
import { inOrder } from "./in-order.ts";
import { logStoreOf } from "./log-store.ts";
import type { KansoClient } from "./open.ts";
import { redoStep, type StepKind, stepLabel, type TurnedStep, undoStep } from "./undo-steps.ts";

/** What stands for a day, instead of all that was logged for it. */
export interface DayRecord {
  readonly kind: EntryKind;
  readonly value: number;
  /** Undefined: what was noted stays. */
  readonly note: string | undefined;
}

export interface Actions {
  /** Adds an amount to a day: the whole target where none is given. Amounts of two devices add up. */
  completeHabit(habit: Habit, day: Day, amount?: number): Promise<void>;
  /** Puts one entry in the place of all that the day has. */
  setEntry(habit: Habit, day: Day, record: DayRecord): Promise<void>;
  /** Takes back what was done on a day; what was noted stays. */
  reopenDay(habit: Habit, day: Day): Promise<void>;
  /** Takes away all that was entered for a day. */
  clearEntry(habit: Habit, day: Day): Promise<void>;
  /** @returns the new habit's id. @throws {DomainError} naming the field */
  createHabit(draft: HabitDraft): Promise<string>;
  /** @throws {DomainError} naming the field */
  editHabit(habit: Habit, changes: Partial<HabitDraft>): Promise<void>;
  /** Puts habits into this order. */
  reorderHabits(habits: readonly Habit[]): Promise<void>;
  archiveHabit(habit: Habit): Promise<void>;
  restoreHabit(habit: Habit): Promise<void>;
  /**
   * Deletes a habit with all its entries. More of them than one mutation holds go in several; the habit goes
   * first, so that nobody sees it half deleted, and to undo them is one step.
   */
  deleteHabit(habit: Habit): Promise<void>;
  changeSettings(changes: Partial<Settings>): Promise<void>;
  addVacation(vacation: Omit<Vacation, "id">): Promise<void>;
  removeVacation(id: string): Promise<void>;
  /** Takes back what was done last. @returns what it was; undefined: there was nothing */
  undo(): Promise<TurnedStep | undefined>;
  /** Does again what was taken back last. */
  redo(): Promise<TurnedStep | undefined>;
}

export function useActions(): Actions {
  const client = useClient();
  const settings = useSettings();
  return useMemo(() => inOrder(client, createActions(client, settings)), [client, settings]);
}

type Space = Pick<KansoClient, "collections" | "transaction" | "undo" | "redo" | "history">;

/** Each resolves when it is on the device; what the server refuses later is in the inbox. */
export function createActions(client: Space, settings: Settings): Actions {
  const { habits, entries } = client.collections;
  const logs = logStoreOf(client);
  const circumstance = () => circumstanceOf(settings);

  function entryOf(habit: Habit, day: Day, draft: Omit<EntryDraft, "habitId" | "day">) {
    const given = { ...draft, habitId: habit.id, day: dayToText(day) };
    return createEntry(crypto.randomUUID(), given, circumstance());
  }

  function whereNow() {
    const { zone, dayStartHour } = circumstance();
    return { zone: zone ?? "UTC", dayStartHour };
  }

  async function entriesOf(habit: Habit, day: Day): Promise<readonly Entry[]> {
    const where = whereNow();
    const all = await entries.query({ where: { habitId: habit.id } });
    return all.filter((entry) => dayOfEntry(entry, where) === day);
  }

  function change(kind: StepKind, before: Habit, after: Habit): Promise<void> {
    const changed = changedFields(before, after);
    if (Object.keys(changed).length === 0) return Promise.resolve();
    const label = stepLabel(kind, after.title);
    return onDevice(client.transaction((tx) => tx.habits.update(before.id, changed), { label }));
  }

  /** One entry in the place of all that a day has; none where there is nothing to say. */
  async function put(kind: StepKind, habit: Habit, day: Day, record: DayRecord): Promise<void> {
    const { note, ...said } = record;
    const draft = { ...said, notes: note ?? "" };
    const { value: total } = entryOf(habit, day, draft);
    const isLog = record.kind === "log";
    const all = await entriesOf(habit, day);
    const noted = () => notesByDay(all, whereNow()).get(day) ?? "";
    const made = entryOf(habit, day, note === undefined ? { ...draft, notes: noted() } : draft);
    const isEmpty = made.kind === "note" && made.notes === "";
    const kept = isEmpty ? undefined : all[0];
    const others = all.filter((entry) => entry !== kept);
    if (isEmpty && others.length === 0) return;
    // Not before it is being written: a page that ends meanwhile has not said that it is done.
    logs.expect(habit.id, day, () =>
      record.kind === "note"
        ? undefined
        : { total, logs: isLog ? 1 : 0, skipped: record.kind === "skip" },
    );
    const fill: Parameters<Space["transaction"]>[0] = (tx) => {
      if (kept !== undefined) {
        const { kind, value, notes } = made;
        tx.entries.update(kept.id, { kind, value, notes });
      } else if (!isEmpty) tx.entries.insert(made);
      for (const { id } of others) tx.entries.delete(id);
    };
    await onDevice(client.transaction(fill, { label: stepLabel(kind, habit.title) }));
  }

  return {
    completeHabit(habit, day, amount = habit.targetValue) {
      const entry = entryOf(habit, day, { value: amount });
      logs.expect(habit.id, day, (held) => ({
        total: Math.round((held.total + amount) * 1_000) / 1_000,
        logs: held.logs + 1,
        skipped: held.skipped,
      }));
      const label = stepLabel(habit.type === "boolean" ? "complete" : "add", habit.title);
      return onDevice(client.transaction((tx) => void tx.entries.insert(entry), { label }));
    },
    setEntry: (habit, day, record) => put("set", habit, day, record),
    reopenDay: (habit, day) =>
      put("clear", habit, day, { kind: "note", value: 0, note: undefined }),
    async clearEntry(habit, day) {
      const all = await entriesOf(habit, day);
      if (all.length === 0) return;
      logs.expect(habit.id, day, () => undefined);
      const fill: Parameters<Space["transaction"]>[0] = (tx) => {
        for (const { id } of all) tx.entries.delete(id);
      };
      await onDevice(client.transaction(fill, { label: stepLabel("clear", habit.title) }));
    },
    async createHabit(draft) {
      const last = await habits.first({ orderBy: "-sortOrder" });
      const sortOrder = draft.sortOrder ?? (last === undefined ? 0 : last.sortOrder + 1);
      const made = createHabit(crypto.randomUUID(), { ...draft, sortOrder }, circumstance());
      const label = stepLabel("create", made.title);
      await onDevice(client.transaction((tx) => void tx.habits.insert(made), { label }));
      return made.id;
    },
    editHabit: async (habit, changes) => change("edit", habit, editHabit(habit, changes)),
    reorderHabits(ordered) {
      const fill: Parameters<Space["transaction"]>[0] = (tx) => {
        for (const [place, habit] of ordered.entries())
          if (habit.sortOrder !== place) {
            const { sortOrder } = repositionHabit(habit, place);
            tx.habits.update(habit.id, { sortOrder });
          }
      };
      return onDevice(client.transaction(fill, { label: stepLabel("reorder") }));
    },
    archiveHabit: (habit) => change("archive", habit, archiveHabit(habit, circumstance())),
    restoreHabit: (habit) => change("restore", habit, restoreHabit(habit, circumstance())),
    async deleteHabit(habit) {
      const all = await entries.query({ where: { habitId: habit.id } });
      const { changesPerMutation } = DEFAULT_LIMITS;
      const label = stepLabel("delete", habit.title, crypto.randomUUID());
      const parts: Promise<void>[] = [];
      for (let from = -1; from < all.length; from += changesPerMutation) {
        const part = all.slice(Math.max(from, 0), from + changesPerMutation);
        const fill: Parameters<Space["transaction"]>[0] = (tx) => {
          if (from < 0) tx.habits.delete(habit.id);
          for (const { id } of part) tx.entries.delete(id);
        };
        parts.push(onDevice(client.transaction(fill, { label })));
      }
      await Promise.all(parts);
    },
    changeSettings(changes) {
      const fill: Parameters<Space["transaction"]>[0] = async (tx) => {
        const held = await tx.settings.get(SETTINGS_ID);
        if (held === undefined) tx.settings.insert({ id: SETTINGS_ID, ...settings, ...changes });
        else tx.settings.update(SETTINGS_ID, changes);
      };
      return onDevice(client.transaction(fill, { label: stepLabel("settings") }));
    },
    addVacation: (vacation) =>
      onDevice(
        client.transaction((tx) => void tx.vacations.insert(vacation), {
          label: stepLabel("vacation"),
        }),
      ),
    removeVacation: (id) =>
      onDevice(
        client.transaction((tx) => tx.vacations.delete(id), { label: stepLabel("vacation") }),
      ),
    undo: () => undoStep(client),
    redo: () => redoStep(client),
  };
}

async function onDevice({ local, synced }: Write): Promise<void> {
  synced.catch(() => undefined); // it is in the inbox, and shown there
  await local;
}

/** What an edit has changed: other fields stay as another device may just have left them. */
function changedFields(before: Habit, after: Habit): Partial<Omit<Habit, "id">> {
  const pairs = Object.entries(after).filter(([name, value]) => {
    const held = before[name as keyof Habit]; // a name of a habit's
    return JSON.stringify(held) !== JSON.stringify(value);
  });
  return Object.fromEntries(pairs) as Partial<Omit<Habit, "id">>; // fields of `after`
}
