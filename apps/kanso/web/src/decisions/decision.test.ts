// What a person is asked about, and what not: by what was refused, and what is there now.

import type { InboxEntry } from "@syncline/client";
import { describe, expect, test } from "vitest";
import { decisionsOf, type Look } from "./decision.ts";
import type { Fields } from "./field-groups.ts";

type Change = Pick<InboxEntry["mutation"]["changes"][number], "collection" | "id" | "op"> & {
  readonly fields?: Fields;
};

let next = 1;

function refused(
  changes: readonly Change[],
  { against = [], reason = "conflict" }: { against?: string[]; reason?: InboxEntry["reason"] } = {},
): InboxEntry {
  next += 1;
  return {
    id: next,
    mutation: {
      id: next,
      seen: null,
      changes: changes.map((change) => ({ ...change, time: "2026-11-21T10:00:00.000Z-0000-c1" })),
    },
    reason,
    error: { code: "conflict", message: "" },
    current: against.map((id) => ({ collection: "habits", id, record: null })),
    parkedAtMs: 0,
  } as InboxEntry; // a mutation as the client keeps it
}

const seeing =
  (rows: { readonly [key: string]: Fields }): Look =>
  (collection, id) =>
    rows[`${collection}/${id}`];
const patch = (fields: Fields): Change => ({ collection: "habits", id: "h1", op: "patch", fields });

describe("two versions of a habit", () => {
  test("differ where both say something else", () => {
    const [decision] = decisionsOf(
      [refused([patch({ title: "Run", color: "#fff", interval: 2 })], { against: ["h1"] })],
      seeing({ "habits/h1": { title: "Walk", color: "#fff", interval: 1 } }),
    );
    expect(decision?.kind).toBe("two_versions");
    expect(decision?.differences[0]?.groups).toEqual(["title", "frequency"]);
  });

  test("are no question where both came to the same, whenever they were made", () => {
    const put: Change = {
      collection: "habits",
      id: "h1",
      op: "put",
      fields: { title: "Run", sortOrder: 4, createdAt: "2026-01-01T00:00:00Z" },
    };
    const look = seeing({ "habits/h1": { title: "Run", sortOrder: 0, createdAt: "2025" } });
    expect(decisionsOf([refused([put], { against: ["h1"] })], look)[0]?.differences).toEqual([]);
  });

  test("are one decision, however often this device has changed its own", () => {
    const decisions = decisionsOf(
      [
        refused([patch({ title: "Run" })], { against: ["h1"] }),
        refused([patch({ title: "Run far" })], { reason: "dependent" }),
      ],
      seeing({ "habits/h1": { title: "Walk" } }),
    );
    expect(decisions).toHaveLength(1);
    expect(decisions[0]?.ids).toHaveLength(2);
    expect(decisions[0]?.differences[0]?.wanted.fields).toEqual({ title: "Run far" });
  });

  test("one of them may be that it is deleted", () => {
    const remove: Change = { collection: "habits", id: "h1", op: "delete" };
    const here = seeing({ "habits/h1": { title: "Walk" } });
    expect(decisionsOf([refused([remove])], here)[0]?.differences).toHaveLength(1);
    expect(decisionsOf([refused([remove])], seeing({}))[0]?.differences).toEqual([]);
    expect(
      decisionsOf([refused([patch({ title: "Run" })])], seeing({}))[0]?.differences,
    ).toMatchObject([{ theirs: undefined }]);
  });
});

test("of a mutation of many records only what was in the way is asked about", () => {
  const put = (id: string): Change => ({
    collection: "habits",
    id,
    op: "put",
    fields: { title: id },
  });
  const [decision] = decisionsOf(
    [refused([put("h1"), put("h2"), put("h3")], { against: ["h1", "h2"] })],
    seeing({ "habits/h1": { title: "h1" }, "habits/h2": { title: "other" } }),
  );
  expect(decision?.wanted).toHaveLength(3);
  expect(decision?.differences.map(({ wanted }) => wanted.id)).toEqual(["h2"]);
});

test("what the server does not take is no choice between two versions", () => {
  const entry = refused([patch({ title: "" })], { reason: "rejected" });
  expect(decisionsOf([entry], seeing({}))[0]?.kind).toBe("refused");
});
