// Habits over the original's interface: every field, status and body.

import { describe, expect, test } from "vitest";
import { onEveryStore, type Person, RFC3339, UUID } from "./fixture.ts";

const PLAIN = [
  "id",
  "user_id",
  "title",
  "description",
  "color",
  "icon",
  "sort_order",
  "type",
  "frequency_type",
  "interval",
  "target_value",
  "unit",
  "current_streak",
  "longest_streak",
  "start_date",
  "version",
  "created_at",
  "updated_at",
];

onEveryStore(({ kanso }) => {
  const create = async (person: Person, body: object) => {
    const answer = await person.call("POST", "/habits", body);
    expect(answer.status).toBe(201);
    return answer.body;
  };

  test("a habit in the form and order of the original (A1, E1)", async () => {
    const person = await kanso().person();
    const answer = await person.call("POST", "/habits", { title: "  Play cello " });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(Object.keys(answer.body)).toEqual(PLAIN);
    const { created_at, updated_at, start_date, id, ...rest } = answer.body;
    expect(id).toMatch(UUID);
    for (const time of [created_at, updated_at, start_date]) expect(time).toMatch(RFC3339);
    expect(rest).toEqual({
      user_id: person.id,
      title: "Play cello",
      description: "",
      color: "",
      icon: "default_icon",
      sort_order: 0,
      type: "boolean",
      frequency_type: "daily",
      interval: 1,
      target_value: 1,
      unit: "",
      current_streak: 0,
      longest_streak: 0,
      version: 1,
    });
  });

  test("all that can be said of one (A2, A13)", async () => {
    const person = await kanso().person();
    const made = await create(person, {
      id: "5d6f7c1e-7a51-4c39-8f0e-0d1a2b3c4d5e",
      title: "  Play cello ",
      type: "timer",
      target_value: 30,
      unit: "min",
      weekdays: [5, 1, 1, 3],
      frequency_type: "specific_days",
      color: "#0A7",
      reminder_time: "18:45",
    });
    expect(made).toMatchObject({
      id: "5d6f7c1e-7a51-4c39-8f0e-0d1a2b3c4d5e",
      title: "Play cello",
      weekdays: [1, 3, 5],
      reminder_time: "18:45",
      target_value: 30,
    });
    const keys = Object.keys(made);
    expect(keys.slice(8, 12)).toEqual(["frequency_type", "weekdays", "reminder_time", "interval"]);
    const read = await person.call("GET", `/habits/${made.id}`);
    expect([read.status, read.body]).toEqual([200, made]);
  });

  test("the frequency is derived where it is not said, and numbers below 1 say nothing", async () => {
    const person = await kanso().person();
    expect(await create(person, { title: "x", weekdays: [1] })).toMatchObject({
      frequency_type: "specific_days",
    });
    expect(await create(person, { title: "x", interval: 3, type: "" })).toMatchObject({
      frequency_type: "interval",
      type: "boolean",
    });
    expect(
      await create(person, { title: "x", interval: -3, type: "numeric", target_value: -1 }),
    ).toMatchObject({ frequency_type: "daily", interval: 1, target_value: 1 });
    expect(
      await create(person, { title: "x", frequency_type: "weekly", times_per_week: 3 }),
    ).toMatchObject({ frequency_type: "weekly", times_per_week: 3 });
  });

  test.each([
    [{}, "habit title cannot be empty"],
    [{ title: "  " }, "habit title cannot be empty"],
    [{ title: "a".repeat(101) }, "habit title is too long (max 100 characters)"],
    [{ title: "x", color: "#ZZZZZZ" }, "invalid color format (must be #RRGGBB)"],
    [{ title: "x", type: "mood" }, 'invalid habit type "mood"'],
    [{ title: "x", weekdays: [7] }, "weekdays must be between 0 (Sunday) and 6 (Saturday)"],
    [{ title: "x", weekdays: "1" }, "weekdays must be a list of whole numbers"],
    [{ title: "x", reminder_time: "25:00" }, "invalid reminder time (must be HH:MM)"],
    [{ title: 5 }, "title must be a string"],
    [{ title: "x", target_value: 1.5 }, "target_value must be a whole number"],
    [{ title: "x", id: "../../etc" }, "invalid habit id"],
    [{ title: "x", id: "a".repeat(200) }, "invalid habit id"],
    [{ title: "x", id: "__proto__" }, "invalid habit id"],
    ["{", "the body is no JSON"],
  ])("%j is a 400, and nothing is stored (E4)", async (body, error) => {
    const person = await kanso().person();
    const answer = await person.call("POST", "/habits", body);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
    expect((await person.call("GET", "/habits")).body).toEqual([]);
  });

  test("the same id twice is the same habit, unchanged (E2)", async () => {
    const person = await kanso().person();
    const first = await create(person, { id: "h1", title: "First" });
    const second = await create(person, { id: "h1", title: "Second" });
    expect(second).toEqual(first);
  });

  test("a deleted id that is made again is alive again (E3)", async () => {
    const person = await kanso().person();
    await create(person, { id: "h1", title: "First" });
    expect((await person.call("DELETE", "/habits/h1")).status).toBe(204);
    expect(await create(person, { id: "h1", title: "Again" })).toMatchObject({
      title: "Again",
      version: 3,
    });
    expect((await person.call("GET", "/habits")).body).toHaveLength(1);
  });

  describe("an edit", () => {
    test("raises the version; absent and null leave alone, empty texts clear (E5, E12)", async () => {
      const person = await kanso().person();
      const { id } = await create(person, {
        title: "Cello",
        description: "scales",
        reminder_time: "07:30",
        icon: "cello",
        weekdays: [1],
      });
      const answer = await person.call("PUT", `/habits/${id}`, {
        description: "",
        reminder_time: "",
        icon: "",
        color: null,
        target_value: 0,
        interval: -1,
        version: 1,
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        title: "Cello",
        description: "",
        icon: "default_icon",
        weekdays: [1],
        frequency_type: "specific_days",
        version: 2,
      });
      expect(answer.body).not.toHaveProperty("reminder_time");
      const cleared = await person.call("PUT", `/habits/${id}`, { weekdays: [], version: 2 });
      expect(cleared.body).toMatchObject({ frequency_type: "daily", version: 3 });
      expect(cleared.body).not.toHaveProperty("weekdays");
    });

    test("of an old version is a 409 with what is there now (E8, G2)", async () => {
      const person = await kanso().person();
      const { id } = await create(person, { title: "Cello" });
      await person.call("PUT", `/habits/${id}`, { title: "Viola", version: 1 });
      const answer = await person.call("PUT", `/habits/${id}`, { title: "Violin", version: 1 });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        error: "version conflict",
        message: "Data has been modified elsewhere. Please sync.",
        current_version: 2,
        current: { id, title: "Viola", version: 2 },
      });
    });

    test("by ten devices at once: one is first", async () => {
      const person = await kanso().person();
      const { id } = await create(person, { title: "Cello" });
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          person.call("PUT", `/habits/${id}`, { title: `Take ${i}`, version: 1 }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    });

    test.each([
      [{ title: "x" }, 400, "version is required"],
      [{ title: "x", version: 0 }, 400, "version is required"],
      [{ title: "x", version: -1 }, 400, "version is required"],
      [{ title: "x", version: "1" }, 400, "version must be a whole number"],
      [{ title: " ", version: 1 }, 400, "habit title cannot be empty"],
      [{ color: "red", version: 1 }, 400, "invalid color format (must be #RRGGBB)"],
      [
        { frequency_type: "daily", weekdays: [1], version: 1 },
        400,
        "weekdays contradict the frequency type daily",
      ],
    ])("%j is refused", async (body, status, error) => {
      const person = await kanso().person();
      const { id } = await create(person, { title: "Cello" });
      const answer = await person.call("PUT", `/habits/${id}`, body);
      expect([answer.status, answer.body]).toEqual([status, { error }]);
      expect((await person.call("GET", `/habits/${id}`)).body.version).toBe(1);
    });

    test("archives, brings back, and ignores what is no time", async () => {
      const person = await kanso().person();
      const { id } = await create(person, { title: "Cello" });
      const put = (archived_at: string, version: number) =>
        person.call("PUT", `/habits/${id}`, { archived_at, version });
      expect((await put("2026-04-01T02:00:00+02:00", 1)).body).toMatchObject({
        archived_at: "2026-04-01T00:00:00Z",
        version: 2,
      });
      expect((await person.call("GET", "/habits")).body).toHaveLength(1);
      const ignored = await put("tomorrow", 2);
      expect([ignored.status, ignored.body.archived_at]).toEqual([200, "2026-04-01T00:00:00Z"]);
      const back = await put("", 3);
      expect(back.status).toBe(200);
      expect(back.body).not.toHaveProperty("archived_at");
    });

    test("of an unknown id makes the habit, when it says what it is called (E6)", async () => {
      const person = await kanso().person();
      const id = "7b0f6a0e-6d0f-4b7c-9f6e-3b0f6f0f7a11";
      const nameless = await person.call("PUT", `/habits/${id}`, { color: "#fff", version: 4 });
      expect([nameless.status, nameless.body]).toEqual([404, { error: "habit not found" }]);
      const made = await person.call("PUT", `/habits/${id}`, { title: "Cello", version: 4 });
      expect(made.status).toBe(200);
      expect(made.body).toMatchObject({ id, version: 1, color: "#000000", icon: "default" });
    });
  });

  test("nobody sees, edits or deletes what is another's (E7, E10)", async () => {
    const [ada, eve] = [await kanso().person(), await kanso().person()];
    const { id } = await create(ada, { title: "Secret" });
    for (const [method, body] of [
      ["GET", undefined],
      ["PUT", { color: "#fff", version: 1 }],
      ["DELETE", undefined],
    ] as const) {
      const answer = await eve.call(method, `/habits/${id}`, body);
      expect([answer.status, answer.body], method).toEqual([404, { error: "habit not found" }]);
    }
    expect((await eve.call("GET", "/habits")).body).toEqual([]);
    expect((await ada.call("GET", `/habits/${id}`)).body.title).toBe("Secret");
  });

  test("the list is by place, then the newest first; a deleted habit is not in it (E9, E10)", async () => {
    const person = await kanso().person();
    for (const title of ["a", "b", "c", "d"]) await create(person, { id: title, title });
    await person.call("PUT", "/habits/b", { sort_order: -1, version: 1 });
    const gone = await person.call("DELETE", "/habits/c");
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect((await person.call("DELETE", "/habits/c")).body).toEqual({ error: "habit not found" });
    const { body } = await person.call("GET", "/habits");
    expect(body.map(({ id }: { id: string }) => id)).toEqual(["b", "d", "a"]);
  });
});
