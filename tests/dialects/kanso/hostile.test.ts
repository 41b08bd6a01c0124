// What nobody sends by chance: texts that databases choke on, numbers at their ends, requests that meet. Each is answered by
// name, or kept as it is; none is a 500, and none is half done.

import { describe, expect, test } from "vitest";
import { type Json, onEveryStore, PASSWORD, type Person } from "./fixture.ts";

const AT = "2026-03-02T19:10:00+01:00";
const FROM = "&from=2026-03-01T00:00:00Z";
const NO_TEXT = "This text is not valid Unicode, or has a NUL character.";
const TEXTS = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00x",
  "\u202e",
  "'; DROP TABLE habits; --",
  "😀",
];
onEveryStore(({ kanso, start }) => {
  async function withHabit(): Promise<Person> {
    const person = await kanso().person();
    expect((await person.call("POST", "/habits", { id: "h", title: "Cello" })).status).toBe(201);
    return person;
  }
  const list = async (person: Person): Promise<Json[]> =>
    (await person.call("GET", `/entries?habit_id=h${FROM}`)).body;

  test.each(TEXTS)("the text %j is kept as it is, or refused by name", async (text) => {
    const person = await withHabit();
    const entry = { id: "e", habit_id: "h", completion_date: AT, notes: text };
    // A NUL, and half of a pair, are in no text that can be stored everywhere.
    const isText = text.isWellFormed() && !text.includes("\0");
    const made = await person.call("POST", "/entries", entry);
    expect(made.status).toBe(isText ? 201 : 400);
    expect((await list(person)).map(({ notes }) => notes)).toEqual(isText ? [text] : []);
    if (!isText) expect(made.body).toEqual({ error: `notes: ${NO_TEXT}` });
    for (const name of ["title", "description", "unit", "icon"]) {
      const sent = `x${text}`;
      const habit = await person.call("POST", "/habits", { title: "x", [name]: sent });
      expect([name, habit.status]).toEqual([name, isText ? 201 : 400]);
      if (!isText) {
        expect(habit.body).toEqual({ error: `${name}: ${NO_TEXT}` });
        continue;
      }
      const read = await person.call("GET", `/habits/${habit.body.id}`);
      expect([name, read.body[name]]).toEqual([name, sent.trim()]);
    }
    const { status } = await person.call("GET", "/export?format=csv");
    expect(status).toBe(200);
    for (const [method, path, body] of [
      ["POST", "/habits", { title: "x", id: text }],
      ["POST", "/entries", { ...entry, id: text }],
      ["PUT", `/habits/${encodeURIComponent(text.toWellFormed())}`, { title: "x", version: 1 }],
      ["PUT", `/entries/${encodeURIComponent(text.toWellFormed())}`, { ...entry, version: 1 }],
      ["GET", `/stats/progress?habit_id=${encodeURIComponent(text.toWellFormed())}`, undefined],
      ["GET", `/export?format=${encodeURIComponent(text.toWellFormed())}`, undefined],
    ] as const) {
      const answer = await person.call(method, path, body);
      expect([method, path, answer.status >= 400 && answer.status < 500]).toEqual([
        method,
        path,
        true,
      ]);
    }
  });

  test.each(TEXTS)(
    "nobody is called %j, and who is told so is told as everybody is",
    async (text) => {
      const email = `a${text}@example.org`;
      const register = await kanso().call("POST", "/api/v1/auth/register", {
        email,
        password: PASSWORD,
      });
      const login = await kanso().call("POST", "/api/v1/auth/login", {
        email: `b${text}@example.org`,
        password: PASSWORD,
      });
      expect(login.status).toBe(401);
      if (register.status !== 201) expect(register.body).toEqual({ error: "invalid email format" });
      const json = { "content-type": "application/json" };
      const person = await kanso().person();
      const signIn = await kanso().call(
        "POST",
        "/accounts/login",
        { email: person.email, password: PASSWORD, device: `phone${text}` },
        json,
      );
      expect(signIn.status).toBe(200);
      const headers = { authorization: `Bearer ${signIn.body.token}` };
      const { body } = await kanso().call("GET", "/accounts/devices", undefined, headers);
      expect(body.devices).toMatchObject([
        { name: expect.stringContaining("phone"), current: true },
      ]);
      expect(body.devices[0].name).not.toMatch(/\p{Cc}/u);
      const id = encodeURIComponent(text.toWellFormed()).slice(0, 60);
      const out = await kanso().call("DELETE", `/accounts/devices/${id}`, undefined, headers);
      expect([400, 404]).toContain(out.status);
      const renew = await kanso().call("POST", "/accounts/refresh", { refreshToken: text }, json);
      expect(renew.status).toBe(401);
    },
  );

  test.each([
    ["value", 2_147_483_647, 201],
    ["value", 2_147_483_648, 400],
    ["value", -0, 201],
    ["value", 2 ** 60, 400],
    ["completion_date", "9999-12-31T23:59:59Z", 201],
    ["completion_date", "9999-12-31T23:59:59-14:00", 400],
    ["completion_date", "0000-01-01T00:00:00Z", 201],
    ["completion_date", "1969-12-31T23:59:59.999999999Z", 201],
    ["completion_date", "2026-03-02T24:00:00Z", 400],
    ["completion_date", "2026-03-02T10:00:60Z", 400],
    ["completion_date", "2026-03-02T10:00:00+24:00", 400],
    ["completion_date", "2026-03-02t10:00:00z", 400],
    ["completion_date", "+012026-03-02T10:00:00Z", 400],
  ])("an entry with %s %j is a %i, and statistics still come", async (name, value, status) => {
    const person = await withHabit();
    const body = { habit_id: "h", completion_date: AT, [name]: value };
    const answer = await person.call("POST", "/entries", body);
    expect([answer.status, Object.keys(answer.body)[0]]).toEqual([
      status,
      status === 201 ? "id" : "error",
    ]);
    for (const path of [
      "/habits",
      "/habits/sync",
      "/entries/sync",
      "/stats/weekly",
      "/stats/progress?period=year",
      "/export",
    ])
      expect([path, (await person.call("GET", path)).status]).toEqual([path, 200]);
  });

  test.each([
    ["start_date=0000-01-01&end_date=0000-12-31", 200],
    ["start_date=9999-01-01&end_date=9999-12-31", 200],
    ["start_date=-000001-01-01", 400],
    ["start_date=2026-02-29", 400],
    ["start_date=%00", 400],
    ["start_date=2026-11-21&end_date=2026-11-21&start_date=x", 200],
  ])("statistics of %s are a %i", async (query, status) => {
    const person = await withHabit();
    for (const path of ["/stats/weekly", "/stats/progress"]) {
      const answer = await person.call("GET", `${path}?${query}`);
      expect([path, answer.status < 500]).toEqual([path, true]);
      if (path === "/stats/weekly") expect(answer.status).toBe(status);
    }
  });

  describe("bodies that are heavy", () => {
    test.each([
      [
        "a number of a hundred thousand digits",
        `{"title":"x","interval":${"9".repeat(100_000)}}`,
        400,
      ],
      [
        "a list of a hundred thousand days",
        JSON.stringify({ title: "x", weekdays: Array(100_000).fill(1) }),
        400,
      ],
      [
        "a hundred thousand names",
        `{"title":"x",${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join(",")}}`,
        201,
      ],
      [
        "arrays in arrays",
        `{"title":"x","extra":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
        undefined,
      ],
      ["a name twice", '{"title":"x","title":5}', 400],
    ])("%s", async (_what, body, status) => {
      const person = await kanso().person();
      const answer = await person.call("POST", "/habits", body);
      expect(answer.status).toBeLessThan(500);
      if (status !== undefined) expect(answer.status).toBe(status);
    });
  });

  describe("requests that meet", () => {
    test("two devices that make one id by PUT are one habit, and both are told of it", async () => {
      const person = await kanso().person();
      const put = (title: string) => person.call("PUT", "/habits/met", { title, version: 1 });
      const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`Take ${i}`)));
      const all = (await person.call("GET", "/habits")).body;
      expect(all).toHaveLength(1);
      // The first makes it; one may edit what it has seen as version 1; the others are told what is there.
      const made = answers.filter(({ status }) => status === 200);
      expect(made.map(({ body }) => body.version).sort()).toEqual(made.map((_, i) => i + 1));
      expect(made.length).toBeLessThanOrEqual(2);
      for (const { status, body } of answers)
        if (status !== 200) expect([status, body.current.id]).toEqual([409, "met"]);
      expect(all[0].version).toBe(made.length);
    });

    test("entries likewise, on two nodes", async () => {
      const person = await withHabit();
      const other = await start();
      const headers = { authorization: `Bearer ${person.token}` };
      const body = { habit_id: "h", completion_date: AT, version: 1 };
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          [kanso(), other][i % 2]?.call(
            "PUT",
            "/api/v1/entries/met",
            { ...body, value: i },
            headers,
          ),
        ),
      );
      const statuses = answers.map((answer) => answer?.status);
      expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(2);
      expect(await list(person)).toHaveLength(1);
    });

    test("a deletion and edits: afterwards it is as the last of them left it", async () => {
      const person = await withHabit();
      const entry = { habit_id: "h", completion_date: AT };
      for (let round = 0; round < 5; round += 1) {
        const id = `e${round}`;
        await person.call("POST", "/entries", { ...entry, id });
        const [gone, edited, again] = await Promise.all([
          person.call("DELETE", `/entries/${id}`),
          person.call("PUT", `/entries/${id}`, { value: 5, version: 1 }),
          person.call("PUT", `/entries/${id}`, { ...entry, value: 6, version: 1 }),
        ]);
        expect([204]).toContain(gone.status);
        expect([200, 404, 409]).toContain(edited.status);
        expect([200, 409]).toContain(again.status);
        const there = (await list(person)).filter((one) => one.id === id);
        const { changes } = (await person.call("GET", "/entries/sync")).body;
        const [last] = changes.filter((one: Json) => one.id === id);
        expect(there.length).toBe(last.deleted_at === undefined ? 1 : 0);
        // Once it was deleted only what has all of it makes it again.
        if (there.length === 1) expect(there[0].value).toBe(6);
      }
    });

    test("statistics are whole while an import runs", async () => {
      const person = await withHabit();
      const days = Array.from(
        { length: 28 },
        (_, i) => `2026-02-${String(i + 1).padStart(2, "0")}`,
      );
      let isRunning = true;
      const importing = Promise.all(
        days.map((day) =>
          person.call("POST", "/entries", {
            id: day,
            habit_id: "h",
            completion_date: `${day}T12:00:00Z`,
            value: 1,
          }),
        ),
      ).finally(() => {
        isRunning = false;
      });
      let before = 0;
      const query = "start_date=2026-02-01&end_date=2026-02-28";
      for (let last = false; !last; ) {
        last = !isRunning;
        const { status, body } = await person.call("GET", `/stats/weekly?${query}`);
        expect(status).toBe(200);
        const [{ days_completed: done, daily_progress: progress, total_value: total }] =
          body.habits;
        expect(progress).toHaveLength(28);
        expect([progress.filter((value: number) => value > 0).length, total]).toEqual([done, done]);
        expect(done).toBeGreaterThanOrEqual(before);
        before = done;
      }
      expect((await importing).every(({ status }) => status === 201)).toBe(true);
      expect(before).toBe(28);
    });
  });
});
