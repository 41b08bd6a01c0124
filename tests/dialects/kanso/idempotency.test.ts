// Requests that are sent again: by the id of what they make, or by an Idempotency-Key.

import { createKanso, kansoApp } from "@syncline/kanso-server";
import { describe, expect, test } from "vitest";
import { type Json, onEveryStore, type Person } from "./fixture.ts";

const AT = "2026-03-02T19:10:00+01:00";
const FROM = "&from=2026-03-01T00:00:00Z";
const REUSED = [422, { error: "idempotency key was used for another request" }];

onEveryStore(({ kanso, start }) => {
  const habits = async (person: Person) => (await person.call("GET", "/habits")).body;
  const entries = async (person: Person, habitId: string) =>
    (await person.call("GET", `/entries?habit_id=${habitId}${FROM}`)).body;
  async function withHabit(): Promise<{ person: Person; habitId: string }> {
    const person = await kanso().person();
    const habit = await person.call("POST", "/habits", { title: "Cello" });
    return { person, habitId: habit.body.id };
  }
  const key = (text: string) => ({ "Idempotency-Key": text });

  test("a habit that is made twice with one key is one, answered alike", async () => {
    const person = await kanso().person();
    const send = () => person.call("POST", "/habits", { title: "Cello" }, key("k1"));
    const first = await send();
    expect(first.status).toBe(201);
    for (const again of [await send(), await send()])
      expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await habits(person)).toHaveLength(1);
    const other = await person.call("POST", "/habits", { title: "Cello" }, key("k2"));
    expect(other.body.id).not.toBe(first.body.id);
  });

  test("ten at once make one", async () => {
    const { person, habitId } = await withHabit();
    const body = { habit_id: habitId, completion_date: AT, value: 2 };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => person.call("POST", "/entries", body, key("at once"))),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await entries(person, habitId)).toHaveLength(1);
  });

  test("the same key for something else is refused by name, and nothing is written", async () => {
    const { person, habitId } = await withHabit();
    const body = { habit_id: habitId, completion_date: AT, value: 2 };
    const made = await person.call("POST", "/entries", body, key("k"));
    const version = 1;
    const put = { value: 9, version };
    for (const other of [
      await person.call("POST", "/entries", { ...body, value: 3 }, key("k")),
      await person.call("POST", "/entries", { ...body, id: "mine" }, key("k")),
      await person.call("POST", "/habits", { title: "x" }, key("k")),
      await person.call("PUT", `/entries/${made.body.id}`, put, key("k")),
      await person.call("DELETE", `/entries/${made.body.id}`, undefined, key("k")),
      await person.call("DELETE", `/habits/${habitId}`, undefined, key("k")),
    ])
      expect([other.status, other.body]).toEqual(REUSED);
    expect(await entries(person, habitId)).toEqual([made.body]);
    expect(await habits(person)).toMatchObject([{ title: "Cello", version: 1 }]);
  });

  test("an edit that is sent again is no conflict with itself", async () => {
    const { person, habitId } = await withHabit();
    const edit = () =>
      person.call("PUT", `/habits/${habitId}`, { title: "Viola", version: 1 }, key("edit"));
    expect([(await edit()).body.version, (await edit()).body.version]).toEqual([2, 2]);
    expect((await edit()).status).toBe(200);
    const stale = await person.call(
      "PUT",
      `/habits/${habitId}`,
      { title: "Oboe", version: 1 },
      key("other"),
    );
    expect(stale.status).toBe(409);
  });

  test("a deletion that is sent again is done, and what was made with a key is not made again", async () => {
    const { person, habitId } = await withHabit();
    const body = { id: "e1", habit_id: habitId, completion_date: AT };
    await person.call("POST", "/entries", body, key("make"));
    const remove = () => person.call("DELETE", "/entries/e1", undefined, key("remove"));
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
    expect((await person.call("DELETE", "/entries/e1")).status).toBe(404);
    const again = await person.call("POST", "/entries", body, key("make"));
    expect([again.status, again.body]).toMatchObject([
      201,
      { id: "e1", deleted_at: expect.any(String) },
    ]);
    expect(await entries(person, habitId)).toEqual([]);
  });

  test("what was refused is not done: the same key may be sent again, mended", async () => {
    const person = await kanso().person();
    expect((await person.call("POST", "/habits", { title: "" }, key("k"))).status).toBe(400);
    expect((await person.call("POST", "/habits", { title: "x" }, key("k"))).status).toBe(201);
    expect(await habits(person)).toHaveLength(1);
  });

  test("a key is its person's own", async () => {
    const [ada, eve] = [await kanso().person(), await kanso().person()];
    const first = await ada.call("POST", "/habits", { title: "Secret" }, key("k"));
    const other = await eve.call("POST", "/habits", { title: "Secret" }, key("k"));
    expect(other.status).toBe(201);
    expect(other.body).toMatchObject({ user_id: eve.id });
    expect(other.body.id).not.toBe(first.body.id);
  });

  test.each(["", " ", "a".repeat(256), "tab\there", "ünï"])(
    "key %j is a 400, and nothing is written",
    async (text) => {
      const person = await kanso().person();
      const sent = Buffer.from(text, "utf8").toString("latin1"); // as the bytes go over the wire
      const answer = await person.call("POST", "/habits", { title: "x" }, key(sent));
      expect([answer.status, answer.body]).toEqual([
        400,
        { error: "invalid idempotency key (1 to 255 printable characters)" },
      ]);
      expect(await habits(person)).toEqual([]);
    },
  );

  test("hostile bodies with a key are refused like those without", async () => {
    const person = await kanso().person();
    const deep = `{"title":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect((await person.call("POST", "/habits", deep, key("deep"))).status).toBe(400);
    expect((await person.call("POST", "/habits", "{", key("__proto__"))).status).toBe(400);
    const made = await person.call("POST", "/habits", { title: "x" }, key("__proto__"));
    expect(made.status).toBe(201);
  });

  describe("an entry that is not there is made by a PUT with all of it", () => {
    const whole = (habitId: string) => ({
      habit_id: habitId,
      completion_date: AT,
      value: 5,
      notes: "late",
      version: 7,
    });
    test("answered 200, version 1; and replaced by the next", async () => {
      const { person, habitId } = await withHabit();
      const made = await person.call("PUT", "/entries/mine", whole(habitId));
      expect([made.status, made.body]).toMatchObject([
        200,
        {
          id: "mine",
          value: 5,
          notes: "late",
          version: 1,
          completion_date: "2026-03-02T18:10:00Z",
        },
      ]);
      const next = await person.call("PUT", "/entries/mine", { ...whole(habitId), version: 1 });
      expect(next.body).toMatchObject({ version: 2 });
      expect(await entries(person, habitId)).toHaveLength(1);
    });

    test("not without all of it, of nobody's habit, and not of another's id", async () => {
      const { person, habitId } = await withHabit();
      const { body: theirs } = await person.call("POST", "/entries", whole(habitId));
      const eve = await kanso().person();
      const own = await eve.call("POST", "/habits", { title: "x" });
      const cases: [string, object, number][] = [
        ["/entries/new", { value: 1, version: 1 }, 404],
        ["/entries/new", { ...whole(own.body.id), habit_id: "none" }, 404],
        ["/entries/new", whole(habitId), 403],
        [`/entries/${theirs.id}`, whole(own.body.id), 403],
        ["/entries/new", { ...whole(own.body.id), value: -1 }, 400],
        ["/entries/new", { ...whole(own.body.id), completion_date: "2026-03-02" }, 400],
      ];
      for (const [path, body, status] of cases)
        expect([body, (await eve.call("PUT", path, body)).status]).toEqual([body, status]);
      expect((await eve.call("GET", "/entries/sync")).body.changes).toEqual([]);
    });
  });

  test("what is kept of requests goes after 30 days, a few with each new one", async () => {
    let nowMs = Date.UTC(2026, 10, 1);
    const { call, person } = await start({
      dialects: [createKanso({ now: () => nowMs })],
    });
    const ada = await person();
    const send = (name: string) =>
      ada.call("POST", "/habits", { title: name }, { "Idempotency-Key": name });
    for (const name of ["a", "b", "c"]) await send(name);
    const kept = async () => {
      const headers = { authorization: `Bearer ${ada.token}` };
      const { body } = await call("GET", `/v1/${kansoApp.name}/~/changes`, undefined, headers);
      return body.changes.filter(({ collection }: Json) => collection === "requests").length;
    };
    expect(await kept()).toBe(3);
    nowMs += 31 * 86_400_000;
    await ada.call("GET", "/habits");
    await send("d");
    expect(await kept()).toBe(1);
    expect((await send("d")).status).toBe(201);
    expect((await ada.call("GET", "/habits")).body).toHaveLength(4);
    // A key that was forgotten is as good as a new one.
    const again = [await send("a"), await send("a")].map(({ status, body }) => [status, body.id]);
    expect(again[0]).toEqual(again[1]);
    expect((await ada.call("GET", "/habits")).body).toHaveLength(5);
  });

  test("lists of nothing are null where that is asked for, as with the original", async () => {
    const { person } = await start({
      dialects: [createKanso({ nullLists: true })],
    });
    const ada = await person();
    const list = await ada.call("GET", "/habits");
    expect([list.status, list.text]).toEqual([200, "null"]);
    expect(list.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const feed = '{"changes":null,"timestamp":"0001-01-01T00:00:00Z"}';
    expect((await ada.call("GET", "/habits/sync")).text).toBe(feed);
    expect((await ada.call("GET", "/entries/sync")).body.changes).toEqual([]);
    const { body } = await ada.call("POST", "/habits", { title: "x" });
    expect((await ada.call("GET", "/habits")).body).toHaveLength(1);
    expect((await ada.call("GET", `/entries?habit_id=${body.id}`)).text).toBe("[]");
  });
});
