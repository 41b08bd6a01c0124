// What a search finds, in which order.

import { createEntry, createHabit } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { type Found, type Searched, search } from "./find.ts";

const HERE = { nowMs: Date.UTC(2026, 10, 21, 9), zone: "Europe/Rome", dayStartHour: 0 };
const habit = (id: string, title: string, description = "") =>
  createHabit(id, { title, description }, HERE);
const note = (id: string, habitId: string, day: string, notes: string) =>
  createEntry(id, { habitId, day, notes }, HERE);

const searched: Searched = {
  commands: [
    { id: "new", title: "New habit", run: () => {} },
    { id: "settings", title: "Settings", run: () => {} },
  ],
  habits: [
    habit("w", "Drink water", "New glasses in the kitchen"),
    habit("r", "Read a new book"),
    { ...habit("o", "New year’s resolutions"), archivedAt: "2026-01-20T00:00:00Z" },
  ],
  entries: [
    note("1", "w", "2026-11-18", "tea counts"),
    note("2", "r", "2026-11-20", "A new chapter"),
    note("3", "r", "2026-11-19", "new words"),
    note("4", "gone", "2026-11-19", "new, of a habit that is not there"),
    note("5", "w", "2026-11-17", ""),
    note(
      "6",
      "w",
      "2026-11-01",
      `${"so much to say ".repeat(20)}about lemons ${"and more ".repeat(30)}`,
    ),
  ],
  dayOf: ({ day }) => Date.parse(`${day}T00:00:00Z`) / 86_400_000,
};

const named = (found: Found) =>
  found.kind === "command"
    ? found.command.id
    : found.kind === "habit"
      ? found.habit.id
      : found.entry.id;

test("without a query there are the commands", () => {
  expect(search("  ", searched).map(named)).toEqual(["new", "settings"]);
});

test("titles that begin with it come first, then commands, then notes from the latest on", () => {
  expect(search("new", searched).map(named)).toEqual(["o", "r", "w", "new", "2", "3"]);
});

test("nothing is found where nothing is", () => {
  expect(search("zebra", searched)).toEqual([]);
  expect(search("tea", searched).map(named)).toEqual(["1"]);
});

test("what was searched for is marked, in a long note as well", () => {
  const [found] = search("LEMONS", searched);
  if (found?.kind !== "note") throw new Error("no note");
  const { text, spans } = found.detail;
  expect(text.length).toBeLessThan(130);
  expect(text.startsWith("…") && text.endsWith("…")).toBe(true);
  expect(spans.map(([from, to]) => text.slice(from, to))).toEqual(["lemons"]);
});
