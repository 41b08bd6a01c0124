// Readings: a cursor with what the server noted on it. A note under a seal the server has written itself; what somebody
// else wrote says where to read on, and nothing of what its reader had.

import { type Cursor, parseCursor, SynclineError, signCursor } from "@syncline/core";
import type { CursorSeals } from "./cursor-seals.ts";

/** How far somebody has read, and how. */
export interface Reading extends Cursor {
  /**
   * Only while a first reading is under way: the space's last stamp when it began. Deleted records up to there do
   * not matter to it, so history up to there may be gone.
   */
  readonly began?: number;
  /** Only of readers whom access rules hold back: the stamp of the last rule by which was read. */
  readonly rules?: number;
  /**
   * Only while what a change of the rules gave and took is read: the reader had everything up to `known` by the
   * rules up to `rules`, and is on its way to have everything by those up to `target`.
   */
  readonly walk?: { readonly known: number; readonly target: number };
}

/** A reading as it came, with the seals on it. */
export interface SentReading extends Reading {
  /** On the whole cursor. */
  readonly seal?: string;
  /** On when the reading began: a client that resumes a stream makes the rest of its cursor itself. */
  readonly startSeal?: string;
}

/** `~` and when it began, or `!` and each of rules, known and target; then twice `~` and half a seal. */
const NOTE =
  /^(?:~([0-9a-z]+)|!([0-9a-z]+)(?:!([0-9a-z]+)!([0-9a-z]+))?)?(?:~([0-9a-z]{10})~([0-9a-z]{10}))?$/;
/** What a stream's first line says as its epoch. */
const SEALED_EPOCH = /^(.+)_([0-9a-z]{20})$/;

/** @throws {SynclineError} `invalid` when the text is no cursor */
export function parseReading(text: string): SentReading {
  const { note, epoch: named, ...cursor } = parseCursor(text);
  const [, epoch = named, startSeal] = SEALED_EPOCH.exec(named) ?? [];
  const parts = NOTE.exec(note);
  const numbers = (parts ?? [])
    .slice(1, 5)
    .map((part: string | undefined) =>
      part === undefined ? undefined : Number.parseInt(part, 36),
    );
  const safe = numbers.every((number) => number === undefined || Number.isSafeInteger(number));
  if (parts === null || !safe)
    throw new SynclineError("invalid", "This cursor is damaged.", { path: "cursor" });
  const [began, rules, known, target] = numbers;
  const seal = parts[5] === undefined ? undefined : `${parts[5]}${parts[6]}`;
  return {
    ...cursor,
    epoch,
    ...(began === undefined ? {} : { began }),
    ...(rules === undefined ? {} : { rules }),
    ...(known === undefined || target === undefined ? {} : { walk: { known, target } }),
    ...(seal === undefined ? {} : { seal }),
    ...(startSeal === undefined ? {} : { startSeal }),
  };
}

/**
 * Writes a reading under a seal.
 * @param userId whose it is; undefined where nothing held its reader back: who had everything is everybody
 */
export function formatReading(
  reading: Reading,
  seals: Pick<CursorSeals, "seal">,
  userId?: string,
): string {
  const seal = seals.seal(sealedText(reading, userId));
  return signCursor(bodyOf(reading, `~${seal.slice(0, 10)}~${seal.slice(10)}`));
}

/** A stream's epoch, from which its reader makes cursors with `formatCursor`: a seal is on when the reading began. */
export function formatStartEpoch(
  start: Start,
  seals: Pick<CursorSeals, "seal">,
  userId?: string,
): string {
  return `${start.epoch}_${seals.seal(startText(start, userId))}`;
}

/** Whether this server said to this user, or to all, what the reading notes. */
export async function isSealed(
  { seal, startSeal, ...reading }: SentReading,
  seals: Pick<CursorSeals, "holds">,
  userId: string,
): Promise<boolean> {
  for (const reader of [userId, undefined]) {
    if (seal !== undefined && (await seals.holds(sealedText(reading, reader), seal))) return true;
    const { began, ...start } = reading;
    if (startSeal === undefined || began === undefined) continue;
    if (await seals.holds(startText({ ...start, began }, reader), startSeal)) return true;
  }
  return false;
}

type Start = Pick<Reading, "epoch" | "scope"> & { readonly began: number };

function bodyOf({ epoch, stamp, scope, began, rules, walk }: Reading, sealNote = ""): string {
  const numbers =
    rules === undefined ? [] : walk === undefined ? [rules] : [rules, walk.known, walk.target];
  const note =
    rules === undefined && began !== undefined
      ? `~${began.toString(36)}`
      : numbers.map((number) => `!${number.toString(36)}`).join("");
  return `1.${epoch}.${stamp.toString(36)}${note}${sealNote}.${scope}`;
}

/** No cursor holds a line break: a text with a user is never one without. */
function sealedText(reading: Reading, userId: string | undefined): string {
  return userId === undefined ? bodyOf(reading) : `${bodyOf(reading)}\n${userId}`;
}

function startText({ epoch, scope, began }: Start, userId: string | undefined): string {
  const text = `began.${epoch}.${began}.${scope}`;
  return userId === undefined ? text : `${text}\n${userId}`;
}
