// What a search finds: commands, habits, and notes; those first in which a word begins the title.

import type { Day, Entry, Habit } from "@syncline/kanso-domain";
import { findWords, type Span } from "./match.ts";

export interface Command {
  readonly id: string;
  readonly title: string;
  run(): void;
}

/** A text with the parts of it that were searched for. */
export interface Marked {
  readonly text: string;
  readonly spans: readonly Span[];
}

export type Found =
  | { readonly kind: "command"; readonly title: Marked; readonly command: Command }
  | {
      readonly kind: "habit";
      readonly title: Marked;
      readonly detail: Marked;
      readonly habit: Habit;
    }
  | {
      readonly kind: "note";
      readonly title: Marked;
      readonly detail: Marked;
      readonly habit: Habit;
      readonly entry: Entry;
      readonly day: Day;
    };

export interface Searched {
  readonly commands: readonly Command[];
  readonly habits: readonly Habit[];
  readonly entries: readonly Entry[];
  dayOf(entry: Entry): Day;
}

const MAX_HABITS = 8;
const MAX_NOTES = 12;
/** How much of a note is shown before the word that was searched for. */
const LEAD = 24;
const SNIPPET = 120;

/** Without a query: what can be done. */
export function search(query: string, searched: Searched): readonly Found[] {
  const commands = searched.commands.flatMap((command): Found[] => {
    const title = mark(command.title, query);
    return title === undefined ? [] : [{ kind: "command", title, command }];
  });
  if (query.trim() === "") return commands;
  const habits = best(
    searched.habits.flatMap((habit) => findHabit(habit, query)),
    MAX_HABITS,
  );
  return [...habits, ...best(commands, commands.length), ...findNotes(query, searched)];
}

function findHabit(habit: Habit, query: string): Found[] {
  const title = mark(habit.title, query);
  const detail = mark(habit.description, query);
  if (title === undefined && detail === undefined) return [];
  return [
    {
      kind: "habit",
      title: title ?? plain(habit.title),
      detail: detail === undefined ? plain(habit.description) : snippetOf(detail),
      habit,
    },
  ];
}

/** The latest first. */
function findNotes(query: string, { habits, entries, dayOf }: Searched): Found[] {
  const habitById = new Map(habits.map((habit) => [habit.id, habit]));
  const found: Extract<Found, { kind: "note" }>[] = [];
  for (const entry of entries) {
    const habit = habitById.get(entry.habitId);
    if (entry.notes === "" || habit === undefined) continue;
    const detail = mark(entry.notes, query);
    if (detail === undefined) continue;
    const title = plain(habit.title);
    found.push({ kind: "note", title, detail: snippetOf(detail), habit, entry, day: dayOf(entry) });
  }
  return found.sort((a, b) => b.day - a.day).slice(0, MAX_NOTES);
}

/** Those whose title begins with what was searched for, then those whose title has it, then the others. */
function best(found: readonly Found[], most: number): readonly Found[] {
  const rank = ({ title }: Found) => {
    const [first] = title.spans;
    return first === undefined ? 2 : first[0] === 0 ? 0 : 1;
  };
  return [...found].sort((a, b) => rank(a) - rank(b)).slice(0, most);
}

function mark(text: string, query: string): Marked | undefined {
  const spans = findWords(text, query);
  return spans === undefined ? undefined : { text, spans };
}

function plain(text: string): Marked {
  return { text, spans: [] };
}

/** Of a long text the part around the first word. */
function snippetOf({ text, spans }: Marked): Marked {
  const first = spans[0]?.[0] ?? 0;
  if (text.length <= SNIPPET && first <= SNIPPET) return { text, spans };
  const cut = first <= LEAD ? 0 : text.indexOf(" ", first - LEAD) + 1 || first - LEAD;
  const from = Math.min(cut, first);
  const to = Math.min(text.length, from + SNIPPET);
  const lead = from === 0 ? "" : "…";
  const shift = lead.length - from;
  return {
    text: `${lead}${text.slice(from, to)}${to < text.length ? "…" : ""}`,
    spans: spans
      .filter(([start, end]) => start >= from && end <= to)
      .map(([start, end]) => [start + shift, end + shift]),
  };
}
