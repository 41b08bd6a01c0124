// What the conformance suite fills stores with.

import type { ClockState, WireRecord } from "@syncline/core";
import type { LocalStore, MutationDraft, OutboxEntry, PageToApply } from "./port.ts";

export const SPACE = "~";

/** Appends as the client does: when another tab was faster, it reads the outbox and tries again. */
export async function append(
  store: LocalStore,
  space: string,
  draft: MutationDraft,
  clock: ClockState,
): Promise<OutboxEntry> {
  for (;;) {
    const [entry] = (await store.append(space, [draft], clock)) ?? [];
    if (entry !== undefined) return entry;
    await store.outbox(space);
  }
}

export const TIME = "2026-11-20T10:00:00.000Z-0000-c1";

export function record(id: string, stamp: number, more: Partial<WireRecord> = {}): WireRecord {
  const fields = more.deleted === true ? {} : { fields: { name: id } };
  return { collection: "things", id, version: 1, stamp, ...fields, time: TIME, ...more };
}

export function page(
  changes: PageToApply["changes"],
  more: Partial<PageToApply> = {},
): PageToApply {
  return {
    space: SPACE,
    changes,
    cursor: "cursor",
    scope: "all",
    lastMutation: 0,
    final: true,
    replace: false,
    ...more,
  };
}

export function change(id: string): MutationDraft["changes"][number] {
  return { collection: "things", id, op: "put", time: TIME, fields: { name: id } };
}

export function draft(id: string): MutationDraft {
  return { seen: null, changes: [change(id)], createdAtMs: 1 };
}

/** A draft of about so many bytes. */
export function draftOf(bytes: number): MutationDraft {
  return { ...draft("big"), changes: [{ ...change("big"), fields: { text: "x".repeat(bytes) } }] };
}
