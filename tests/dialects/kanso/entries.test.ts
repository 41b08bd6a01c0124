// Entries over the original's interface.

import { expect, test } from "vitest";
import { type Json, onEveryStore, type Person, RFC3339, UUID } from "./fixture.ts";

onEveryStore(({ kanso }) => {
  async function withHabit(): Promise<{ person: Person; habitId: string }> {
    const person = await kanso().person();
    const habit = await person.call("POST", "/habits", { title: "Cello" });
    return { person, habitId: habit.body.id };
  }
  const at = "2026-03-02T19:10:00+01:00";

  test("an entry in the form and order of the original (B1)", async () => {
    const { person, habitId } = await withHabit();
    const answer = await person.call("POST", "/entries", {
      habit_id: habitId,
      completion_date: at,
      value: 25,
      notes: "scales",
    });
    expect(answer.status).toBe(201);
    expect(Object.keys(answer.body)).toEqual([
      "id",
      "habit_id",
      "user_id",
      "completion_date",
      "value",
      "notes",
      "version",
      "created_at",
      "updated_at",
    ]);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(UUID),
      habit_id: habitId,
      user_id: person.id,
      completion_date: "2026-03-02T18:10:00Z",
      value: 25,
      notes: "scales",
      version: 1,
      created_at: expect.stringMatching(RFC3339),
      updated_at: expect.stringMatching(RFC3339),
    });
  });

  test("an id of the client's makes it safe to send again; without one there are two", async () => {
    const { person, habitId } = await withHabit();
    const body = { id: "e1", habit_id: habitId, completion_date: at, value: 2 };
    const first = await person.call("POST", "/entries", body);
    const again = await person.call("POST", "/entries", { ...body, value: 3 });
    expect([again.status, again.body]).toEqual([201, first.body]);
    await person.call("POST", "/entries", { habit_id: habitId, completion_date: at });
    const { body: list } = await person.call(
      "GET",
      `/entries?habit_id=${habitId}&from=2026-03-01T00:00:00Z`,
    );
    expect(list).toHaveLength(2);
  });

  test.each([
    [{ completion_date: at }, "habit_id is required"],
    [{ habit_id: "HABIT" }, "completion_date is required"],
    [{ habit_id: "HABIT", completion_date: "2026-03-02" }, "completion_date must be an RFC 3339"],
    [{ habit_id: "HABIT", completion_date: "2026-02-30T00:00:00Z" }, "completion_date must be"],
    [{ habit_id: "HABIT", completion_date: at, value: "5" }, "value must be a whole number"],
    [{ habit_id: "HABIT", completion_date: at, value: 1.5 }, "value must be a whole number"],
    [{ habit_id: "HABIT", completion_date: at, notes: 5 }, "notes must be a string"],
    [{ habit_id: "HABIT", completion_date: at, id: "a/b" }, "id is no id"],
    ["{", "the body is no JSON"],
  ])("%j cannot be read (F6)", async (body, details) => {
    const { person, habitId } = await withHabit();
    const text = (typeof body === "string" ? body : JSON.stringify(body)).replace("HABIT", habitId);
    const answer = await person.call("POST", "/entries", text);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: "invalid request body",
      details: expect.stringContaining(details),
    });
  });

  test.each([
    [{ value: -10 }, "value cannot be negative"],
    [{ value: 2 ** 40 }, "value cannot be greater than 2147483647"],
    [{ habit_id: "  " }, "habit id cannot be empty"],
    [{ completion_date: "0001-01-01T00:00:00Z" }, "completion date is required"],
  ])("%j is against the rules (B2)", async (change, error) => {
    const { person, habitId } = await withHabit();
    const body = { habit_id: habitId, completion_date: at, ...change };
    const answer = await person.call("POST", "/entries", body);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
    const feed = await person.call("GET", "/entries/sync");
    expect(feed.body.changes).toEqual([]);
  });

  test("an edit replaces value and notes; an old version is a 409 with what is there (F2)", async () => {
    const { person, habitId } = await withHabit();
    const { body: made } = await person.call("POST", "/entries", {
      habit_id: habitId,
      completion_date: at,
      value: 25,
      notes: "scales",
    });
    const put = (body: object) => person.call("PUT", `/entries/${made.id}`, body);
    const edited = await put({ value: 35, version: 1 });
    expect(edited.status).toBe(200);
    expect(edited.body).toMatchObject({
      value: 35,
      notes: "",
      version: 2,
      created_at: made.created_at,
    });
    const stale = await put({ value: 1, notes: "late", version: 1 });
    expect(stale.status).toBe(409);
    expect(stale.body).toEqual({
      error: "version conflict",
      message: "data has been modified elsewhere, please sync",
      current_version: 2,
      current: edited.body,
    });
    for (const version of [0, -1, undefined]) {
      const answer = await put({ value: 1, version });
      expect([answer.status, answer.body]).toEqual([
        400,
        { error: "invalid request body", details: "version is required" },
      ]);
    }
    expect((await put({ value: -1, version: 2 })).body).toEqual({
      error: "value cannot be negative",
    });
    await person.call("DELETE", `/habits/${habitId}`);
    expect((await put({ value: 40, version: 2 })).status).toBe(200);
  });

  test("what is deleted is gone, and can be made again under its id (F3)", async () => {
    const { person, habitId } = await withHabit();
    const body = { id: "e1", habit_id: habitId, completion_date: at };
    await person.call("POST", "/entries", body);
    const gone = await person.call("DELETE", "/entries/e1");
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (const again of [
      await person.call("DELETE", "/entries/e1"),
      await person.call("PUT", "/entries/e1", { value: 1, version: 2 }),
    ])
      expect([again.status, again.body]).toEqual([404, { error: "resource not found" }]);
    expect((await person.call("POST", "/entries", body)).body).toMatchObject({ version: 3 });
  });

  test("another's entries and habits are refused, unknown ones are not found (F1, F3)", async () => {
    const { person, habitId } = await withHabit();
    const { body: entry } = await person.call("POST", "/entries", {
      habit_id: habitId,
      completion_date: at,
    });
    const eve = await kanso().person();
    const unknown = "5d6f7c1e-7a51-4c39-8f0e-0d1a2b3c4d5e";
    const cases: [Promise<{ status: number; body: Json }>, number][] = [
      [eve.call("PUT", `/entries/${entry.id}`, { value: 1, version: 1 }), 403],
      [eve.call("DELETE", `/entries/${entry.id}`), 403],
      [eve.call("POST", "/entries", { habit_id: habitId, completion_date: at }), 403],
      [eve.call("GET", `/entries?habit_id=${habitId}`), 403],
      [eve.call("PUT", `/entries/${unknown}`, { value: 1, version: 1 }), 404],
      [eve.call("DELETE", `/entries/${unknown}`), 404],
      [eve.call("POST", "/entries", { habit_id: unknown, completion_date: at }), 404],
      [eve.call("GET", `/entries?habit_id=${unknown}`), 404],
    ];
    for (const [answering, status] of cases) {
      const answer = await answering;
      const error = status === 403 ? "unauthorized access" : "resource not found";
      expect([answer.status, answer.body]).toEqual([status, { error }]);
    }
    expect((await eve.call("GET", "/entries/sync")).body.changes).toEqual([]);
    await person.call("DELETE", `/habits/${habitId}`);
    const late = await person.call("POST", "/entries", { habit_id: habitId, completion_date: at });
    expect([late.status, late.body]).toEqual([404, { error: "resource not found" }]);
  });

  test("the list: one habit's, in a window, the newest first (F4, G3)", async () => {
    const { person, habitId } = await withHabit();
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    for (const [id, days] of [
      ["old", 40],
      ["b", 2],
      ["a", 1],
    ] as const)
      await person.call("POST", "/entries", { id, habit_id: habitId, completion_date: ago(days) });
    const ids = async (query: string) => {
      const answer = await person.call("GET", `/entries?habit_id=${habitId}${query}`);
      expect(answer.status).toBe(200);
      return answer.body.map(({ id }: { id: string }) => id);
    };
    expect(await ids("")).toEqual(["a", "b"]);
    expect(await ids(`&from=${ago(50)}`)).toEqual(["a", "b", "old"]);
    expect(await ids(`&from=${ago(50)}&to=${ago(1.5)}`)).toEqual(["b", "old"]);
    expect(await ids("&from=yesterday&to=")).toEqual(["a", "b"]);
    const missing = await person.call("GET", "/entries");
    expect([missing.status, missing.body]).toEqual([400, { error: "habit_id is required" }]);
    const empty = await person.call("POST", "/habits", { title: "Empty" });
    expect((await person.call("GET", `/entries?habit_id=${empty.body.id}`)).body).toEqual([]);
  });
});
