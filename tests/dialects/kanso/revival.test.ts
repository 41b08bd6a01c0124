// What was deleted stays deleted until somebody says that it comes back; and nobody's id becomes somebody else's.

import { expect, test } from "vitest";
import { type Json, onEveryStore, type Person, RFC3339 } from "./fixture.ts";

const AT = "2026-03-02T18:10:00Z";
const WHOLE = {
  title: "Play cello",
  description: "scales",
  color: "#0A7",
  icon: "cello",
  type: "timer",
  target_value: 30,
  unit: "min",
  frequency_type: "specific_days",
  weekdays: [1, 3, 5],
  reminder_time: "18:45",
};

onEveryStore(({ kanso, start }) => {
  async function deleted() {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", ...WHOLE });
    expect((await person.call("DELETE", "/habits/h")).status).toBe(204);
    return person;
  }
  const row = async (person: Person, kind = "habits"): Promise<Json> =>
    (await person.call("GET", `/${kind}/sync`)).body.changes.at(-1);

  test.each([
    [{ title: "Late" }],
    [{ color: "#fff" }],
    [{ ...WHOLE, title: "Late" }],
    [{ archived_at: "" }],
    [{ title: "" }],
    [{ deleted_at: "" }],
    [{ deleted_at: AT, title: "Late" }],
    [{}],
  ])("a late PUT of a deleted habit with %j is a conflict", async (body) => {
    const person = await deleted();
    const before = await row(person);
    for (const version of [1, 2, 9]) {
      const answer = await person.call("PUT", "/habits/h", { ...body, version });
      expect(answer.status).toBe(409);
      expect(answer.body).toEqual({
        error: "version conflict",
        message: "Data has been modified elsewhere. Please sync.",
        current_version: 2,
        deleted_at: before.deleted_at,
        current: before,
      });
      expect(answer.body.deleted_at).toMatch(RFC3339);
    }
    expect(await row(person)).toEqual(before);
    expect((await person.call("GET", "/habits")).body).toEqual([]);
  });

  test("who means to bring it back says so, having seen that it is gone: it is as it was", async () => {
    const person = await deleted();
    const back = (version: number, body: object = {}) =>
      person.call("PUT", "/habits/h", { ...body, deleted_at: null, version });
    for (const version of [1, 3]) expect((await back(version)).status).toBe(409);
    const answer = await back(2);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: "h", ...WHOLE, version: 3 });
    expect(answer.body).not.toHaveProperty("deleted_at");
    expect((await person.call("GET", "/habits")).body).toHaveLength(1);
    // Of one that is there it says nothing.
    expect((await back(3, { title: "Viola" })).body).toMatchObject({ title: "Viola", version: 4 });
  });

  test("an edit goes with it", async () => {
    const person = await deleted();
    const body = { title: "Viola", weekdays: [2], deleted_at: null, version: 2 };
    const answer = await person.call("PUT", "/habits/h", body);
    expect(answer.body).toMatchObject({ ...WHOLE, title: "Viola", weekdays: [2], version: 3 });
  });

  test("a deletion and late edits at once, on two nodes: it is gone", async () => {
    const person = await kanso().person();
    const other = await start();
    const headers = { authorization: `Bearer ${person.token}` };
    for (const id of ["a", "b", "c"]) {
      await person.call("POST", "/habits", { id, title: "x" });
      const put = { title: "Late", version: 1 };
      const [gone, ...edits] = await Promise.all([
        person.call("DELETE", `/habits/${id}`),
        person.call("PUT", `/habits/${id}`, put),
        other.call("PUT", `/api/v1/habits/${id}`, put, headers),
      ]);
      expect(gone?.status).toBe(204);
      for (const { status } of edits) expect([200, 409]).toContain(status);
    }
    expect((await person.call("GET", "/habits")).body).toEqual([]);
  });

  test("an entry likewise: with all of it, it is made once and not again", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", title: "x" });
    const whole = { habit_id: "h", completion_date: AT, value: 5, notes: "n" };
    expect((await person.call("PUT", "/entries/e", { ...whole, version: 1 })).status).toBe(200);
    expect((await person.call("DELETE", "/entries/e")).status).toBe(204);
    const before = await row(person, "entries");
    const put = (body: object) => person.call("PUT", "/entries/e", body);
    for (const body of [
      { ...whole, version: 1 },
      { ...whole, version: 2 },
    ]) {
      const answer = await put(body);
      expect([answer.status, answer.body]).toEqual([
        409,
        {
          error: "version conflict",
          message: "data has been modified elsewhere, please sync",
          current_version: 2,
          deleted_at: before.deleted_at,
          current: before,
        },
      ]);
    }
    // Without its habit and time it is not found, as with the original.
    expect((await put({ value: 1, version: 2 })).status).toBe(404);
    expect(await row(person, "entries")).toEqual(before);
    expect((await put({ value: 7, deleted_at: null, version: 1 })).status).toBe(409);
    expect((await put({ value: 7, deleted_at: null, version: 2 })).body).toMatchObject({
      ...whole,
      value: 7,
      notes: "",
      version: 3,
    });
  });

  test("an id that the server made is its owner's: for others it is not found, and makes no ghost", async () => {
    const [ada, eve] = [await kanso().person(), await kanso().person()];
    const { body: made } = await ada.call("POST", "/habits", { title: "Secret" });
    const puts = [
      { title: "Mine", version: 1 },
      { color: "#fff", version: 1 },
      { title: "Mine", deleted_at: null, version: 2 },
    ];
    for (const isDeleted of [false, true]) {
      if (isDeleted) await ada.call("DELETE", `/habits/${made.id}`);
      for (const body of puts) {
        const answer = await eve.call("PUT", `/habits/${made.id}`, body);
        expect([answer.status, answer.body]).toEqual([404, { error: "habit not found" }]);
      }
    }
    expect((await eve.call("GET", "/habits/sync")).body.changes).toEqual([]);
  });

  test("an id that was never there is made, whatever is said of deletion (E6)", async () => {
    const person = await kanso().person();
    const put = (id: string, body: object) => person.call("PUT", `/habits/${id}`, body);
    expect(await put("new", { title: "Cello", version: 4 })).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect(await put("other", { title: "Cello", deleted_at: null, version: 4 })).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect((await put("third", { deleted_at: null, version: 4 })).status).toBe(404);
  });
});
