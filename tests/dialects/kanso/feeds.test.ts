// The delta feeds: cursors that look like times and miss no commit, tombstones, and devices that sync beside REST.

import { describe, expect, test } from "vitest";
import { type Json, onEveryStore, type Person, RFC3339 } from "./fixture.ts";

const at = "2026-03-02T19:10:00Z";

onEveryStore(({ kanso, start }) => {
  const sync = async (person: Person, feed: "habits" | "entries", cursor?: string) => {
    const name = feed === "habits" ? "last_sync" : "since";
    const query = cursor === undefined ? "" : `?${name}=${encodeURIComponent(cursor)}`;
    const answer = await person.call("GET", `/${feed}/sync${query}`);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(["changes", "timestamp"]);
    return answer.body as { changes: Json[]; timestamp: string };
  };
  const ids = ({ changes }: { changes: Json[] }) => changes.map(({ id }) => id);

  test("a new account begins with nothing, at a time before all others", async () => {
    const person = await kanso().person();
    for (const feed of ["habits", "entries"] as const) {
      const first = await sync(person, feed);
      expect(first).toEqual({ changes: [], timestamp: "0001-01-01T00:00:00Z" });
      expect(await sync(person, feed, first.timestamp)).toEqual(first);
    }
  });

  test("only what came after the cursor, edits and deletions included (E11, F5, G1, G4)", async () => {
    const person = await kanso().person();
    for (const id of ["a", "b", "c"]) await person.call("POST", "/habits", { id, title: id });
    const first = await sync(person, "habits");
    expect(ids(first)).toEqual(["a", "b", "c"]);
    expect(first.timestamp).toMatch(RFC3339);
    expect(first.timestamp).toBe(first.changes.at(-1)?.updated_at);
    expect(await sync(person, "habits", first.timestamp)).toEqual({
      changes: [],
      timestamp: first.timestamp,
    });
    await person.call("PUT", "/habits/b", { title: "B", version: 1 });
    await person.call("DELETE", "/habits/a");
    const second = await sync(person, "habits", first.timestamp);
    expect(second.changes).toMatchObject([
      { id: "b", title: "B", version: 2 },
      { id: "a", title: "a", version: 2, deleted_at: expect.stringMatching(RFC3339) },
    ]);
    expect(ids(await sync(person, "habits"))).toEqual(["c", "b", "a"]);
  });

  test("entries likewise; the habit comes, too, since its streak may be another", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", title: "h" });
    const { timestamp } = await sync(person, "habits");
    const today = new Date().toISOString();
    await person.call("POST", "/entries", {
      id: "e",
      habit_id: "h",
      completion_date: today,
      value: 1,
    });
    const habits = await sync(person, "habits", timestamp);
    expect(habits.changes).toMatchObject([
      { id: "h", current_streak: 1, longest_streak: 1, version: 1 },
    ]);
    // The version was not touched: the device's next edit is not refused for its own entry.
    expect((await person.call("PUT", "/habits/h", { title: "x", version: 1 })).status).toBe(200);
    const entries = await sync(person, "entries");
    expect(ids(entries)).toEqual(["e"]);
    await person.call("DELETE", "/entries/e");
    expect((await sync(person, "entries", entries.timestamp)).changes).toMatchObject([
      { id: "e", value: 1, version: 2, deleted_at: expect.stringMatching(RFC3339) },
    ]);
    expect((await person.call("GET", "/habits/h")).body.current_streak).toBe(0);
  });

  test.each([
    ["habits", "last_sync", "yesterday", "invalid last_sync format, use RFC3339"],
    ["habits", "last_sync", "2026-03-02", "invalid last_sync format, use RFC3339"],
    ["habits", "last_sync", "2026-03-02T10:00:00 02:00", "invalid last_sync format, use RFC3339"],
    ["entries", "since", "0", "invalid date format"],
  ])("%s?%s=%s is a 400", async (feed, name, text, error) => {
    const person = await kanso().person();
    const answer = await person.call("GET", `/${feed}/sync?${name}=${encodeURIComponent(text)}`);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
  });

  test("a cursor in another zone, with more digits or fewer, or of a clock that is ahead", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "a", title: "a" });
    const { timestamp } = await sync(person, "habits");
    await person.call("POST", "/habits", { id: "b", title: "b" });
    const earlier = Date.parse(timestamp) - 3_600_000;
    const zoned = new Date(earlier + 7_200_000).toISOString().replace("Z", "+02:00");
    expect(ids(await sync(person, "habits", zoned))).toEqual(["a", "b"]);
    expect(ids(await sync(person, "habits", timestamp.replace("Z", "000Z")))).toEqual(["b"]);
    // A JavaScript date keeps milliseconds only: the last row comes once more, and none is lost.
    expect(ids(await sync(person, "habits", new Date(timestamp).toISOString()))).toContain("b");
    const ahead = await sync(person, "habits", "2099-01-01T00:00:00Z");
    expect(ahead.changes).toEqual([]);
    await person.call("POST", "/habits", { id: "c", title: "c" });
    expect(ids(await sync(person, "habits", ahead.timestamp))).toEqual(["c"]);
  });

  test("whoever follows while many write gets each change, and none twice in its last form", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", title: "h" });
    const seen = new Map<string, number>();
    let cursor: string | undefined;
    const follow = async () => {
      const { changes, timestamp } = await sync(person, "entries", cursor);
      for (const { id, version } of changes) {
        expect(seen.get(id) ?? 0, id).toBeLessThan(version);
        seen.set(id, version);
      }
      const stamps = changes.map(({ updated_at }) => updated_at);
      expect(new Set(stamps).size).toBe(stamps.length);
      cursor = timestamp;
    };
    let writing = true;
    const following = (async () => {
      while (writing) await follow();
    })();
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const body = { id: `e${i}`, habit_id: "h", completion_date: at, value: i };
        expect((await person.call("POST", "/entries", body)).status).toBe(201);
        if (i % 2 === 0) await person.call("PUT", `/entries/e${i}`, { value: i + 1, version: 1 });
      }),
    );
    writing = false;
    await following;
    await follow();
    const expected = Array.from({ length: 40 }, (_, i) => [`e${i}`, i % 2 === 0 ? 2 : 1] as const);
    expect(new Map([...seen].sort())).toEqual(new Map([...expected].sort()));
  });

  test("[G2] two nodes write, two devices follow, one by each: neither feed leaves anything out", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h0", title: "h0" });
    const other = await start();
    const headers = { authorization: `Bearer ${person.token}` };
    const nodes = [kanso(), other] as const;
    const ask = (node: number, method: string, path: string, body?: object) =>
      (nodes[node] ?? other).call(method, `/api/v1${path}`, body, headers);
    let writing = true;
    const follow = async (node: number, feed: string, name: string) => {
      const seen = new Map<string, number>();
      let cursor = "";
      for (let last = false; ; last = !writing) {
        const query = cursor === "" ? "" : `?${name}=${encodeURIComponent(cursor)}`;
        const { body } = await ask(node, "GET", `/${feed}/sync${query}`);
        for (const { id, version } of body.changes) seen.set(id, version);
        cursor = body.timestamp;
        if (last) return seen;
      }
    };
    const followed = Promise.all([
      follow(0, "habits", "last_sync"),
      follow(1, "habits", "last_sync"),
      follow(0, "entries", "since"),
      follow(1, "entries", "since"),
    ]);
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const [here, there] = i % 2 === 0 ? [0, 1] : [1, 0];
        const entry = { id: `e${i}`, habit_id: "h0", completion_date: at, value: i };
        const made = await ask(here, "POST", "/habits", { id: `h${i + 1}`, title: "x" });
        expect(made.status).toBe(201);
        expect((await ask(there, "POST", "/entries", entry)).status).toBe(201);
        const put = { title: "y", version: 1 };
        expect((await ask(there, "PUT", `/habits/h${i + 1}`, put)).status).toBe(200);
      }),
    );
    writing = false;
    const habits = Array.from({ length: 30 }, (_, i) => [`h${i + 1}`, 2] as const);
    const entries = Array.from({ length: 30 }, (_, i) => [`e${i}`, 1] as const);
    const [one, two, three, four] = await followed;
    for (const seen of [one, two])
      expect(seen).toEqual(new Map<string, number>([["h0", 1], ...habits]));
    for (const seen of [three, four]) expect(seen).toEqual(new Map<string, number>(entries));
  });

  test("a cursor holds on another node, also for what was deleted before that node looked", async () => {
    const person = await kanso().person();
    for (const id of ["a", "b"]) await person.call("POST", "/habits", { id, title: id });
    const { timestamp } = await sync(person, "habits");
    await person.call("DELETE", "/habits/a");
    const other = await start();
    const answer = await other.call(
      "GET",
      `/api/v1/habits/sync?last_sync=${timestamp}`,
      undefined,
      {
        authorization: `Bearer ${person.token}`,
      },
    );
    expect(answer.body.changes).toMatchObject([
      { id: "a", title: "a", user_id: person.id, version: 2, deleted_at: expect.any(String) },
    ]);
  });

  describe("beside devices that sync", () => {
    const time = "2026-03-02T10:00:00.000Z-0000-phone";
    async function device(person: Person, changes: readonly object[], id = 1) {
      const answer = await kanso().call(
        "POST",
        "/v1/kanso/~/sync",
        {
          clientId: "phone",
          now: time,
          cursor: null,
          policies: { habits: "versioned", entries: "versioned" },
          mutations: changes.length === 0 ? [] : [{ id, seen: null, changes }],
        },
        { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
      );
      expect(answer.status).toBe(200);
      return answer.body;
    }
    const habit = (fields: object) => ({
      collection: "habits",
      id: "h",
      op: "put",
      time,
      baseVersion: 0,
      fields: {
        title: "From the phone",
        startDate: "2026-03-01T08:00:00Z",
        createdAt: "2026-03-01T08:00:00Z",
        ...fields,
      },
    });

    test("what REST writes is in the next delta, and what a device writes is in the next answer", async () => {
      const person = await kanso().person();
      await device(person, [habit({ frequencyType: "weekly", timesPerWeek: 3 })]);
      const read = await person.call("GET", "/habits/h");
      expect(read.body).toMatchObject({ title: "From the phone", times_per_week: 3, version: 1 });
      await person.call("PUT", "/habits/h", { title: "From REST", version: 1 });
      const { changes } = await device(person, []);
      expect(changes).toMatchObject([
        { id: "h", version: 2, fields: { title: "From REST", frequencyType: "weekly" } },
      ]);
    });

    test("a device with an old version is told, as everybody is", async () => {
      const person = await kanso().person();
      await device(person, [habit({})]);
      await person.call("PUT", "/habits/h", { title: "From REST", version: 1 });
      const patch = { collection: "habits", id: "h", op: "patch", time, baseVersion: 1 };
      const { results } = await device(person, [{ ...patch, fields: { title: "Late" } }], 2);
      expect(results).toMatchObject([
        { status: "conflict", conflicts: [{ current: { fields: { title: "From REST" } } }] },
      ]);
    });

    test.each([
      [{ title: "" }, "fields.title"],
      [{ weekdays: [9] }, "fields.weekdays"],
      [{ startDay: "someday" }, "fields.startDay"],
      [{ targetValue: -1, type: "numeric" }, "fields.targetValue"],
    ])("a device cannot store %j", async (fields, path) => {
      const person = await kanso().person();
      const { results } = await device(person, [habit(fields)]);
      expect(results).toMatchObject([
        { status: "rejected", error: { code: "schema", path: `mutations.0.changes.0.${path}` } },
      ]);
      expect((await person.call("GET", "/habits")).body).toEqual([]);
    });
  });
});
