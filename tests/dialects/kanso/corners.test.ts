// What the tests of single routes leave out: null for nothing, keys in any case, ids of others, edges of windows.

import { expect, test } from "vitest";
import { onEveryStore } from "./fixture.ts";

const AT = "2026-03-02T19:10:00+01:00";

onEveryStore(({ kanso, start }) => {
  test("null is as good as nothing, on create as on update", async () => {
    const person = await kanso().person();
    const nothing = {
      id: null,
      description: null,
      color: null,
      icon: null,
      type: null,
      reminder_time: null,
      unit: null,
      target_value: null,
      interval: null,
      weekdays: null,
      frequency_type: null,
    };
    const plain = await person.call("POST", "/habits", { title: "x" });
    const made = await person.call("POST", "/habits", { title: "x", ...nothing });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(Object.keys(plain.body));
    const edited = await person.call("PUT", `/habits/${made.body.id}`, {
      ...nothing,
      title: null,
      archived_at: null,
      version: 1,
    });
    const { version, updated_at, ...rest } = edited.body;
    expect([edited.status, version]).toEqual([200, 2]);
    expect(made.body).toMatchObject(rest);
    const entry = await person.call("POST", "/entries", {
      id: null,
      habit_id: made.body.id,
      completion_date: AT,
      value: null,
      notes: null,
    });
    expect([entry.status, entry.body]).toMatchObject([201, { value: 0, notes: "" }]);
  });

  test("members that are not there are left out of every answer, never null", async () => {
    const person = await kanso().person();
    const { body: habit } = await person.call("POST", "/habits", { title: "x" });
    await person.call("POST", "/entries", { habit_id: habit.id, completion_date: AT });
    for (const path of [
      "/habits",
      "/habits/sync",
      `/habits/${habit.id}`,
      `/entries?habit_id=${habit.id}&from=2026-01-01T00:00:00Z`,
      "/entries/sync",
      "/stats/weekly",
    ])
      expect([path, (await person.call("GET", path)).text.includes("null")]).toEqual([path, false]);
  });

  test("keys may be written in any case, and unknown ones are ignored", async () => {
    const person = await kanso().person();
    const made = await person.call("POST", "/habits", {
      Title: "Cello",
      TARGET_VALUE: 5,
      Type: "numeric",
      extra: { deep: [1] },
    });
    expect([made.status, made.body]).toMatchObject([201, { title: "Cello", target_value: 5 }]);
    expect(made.body).not.toHaveProperty("extra");
    const entry = await person.call("POST", "/entries", {
      HABIT_ID: made.body.id,
      Completion_Date: AT,
      VALUE: 3,
    });
    expect([entry.status, entry.body.value]).toEqual([201, 3]);
    const put = { Version: 1, Notes: "late", valUE: 4 };
    expect((await person.call("PUT", `/entries/${entry.body.id}`, put)).body).toMatchObject({
      value: 4,
      notes: "late",
      version: 2,
    });
  });

  test("an id is its person's own: another's habit of the same id is another habit", async () => {
    const [ada, eve] = [await kanso().person(), await kanso().person()];
    const id = "5d6f7c1e-7a51-4c39-8f0e-0d1a2b3c4d5e";
    await ada.call("POST", "/habits", { id, title: "Ada's" });
    const made = await eve.call("POST", "/habits", { id, title: "Eve's" });
    expect([made.status, made.body]).toMatchObject([201, { user_id: eve.id, title: "Eve's" }]);
    await eve.call("DELETE", `/habits/${id}`);
    expect((await ada.call("GET", `/habits/${id}`)).body.title).toBe("Ada's");
  });

  test("the edges of a window are in it", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", title: "x" });
    for (const second of [0, 1, 2])
      await person.call("POST", "/entries", {
        id: `e${second}`,
        habit_id: "h",
        completion_date: `2026-03-02T10:00:0${second}Z`,
      });
    const within = async (from: string, to: string) => {
      const query = `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
      const { body } = await person.call("GET", `/entries?habit_id=h&${query}`);
      return body.map(({ id }: { id: string }) => id);
    };
    const [first, last] = ["2026-03-02T10:00:00Z", "2026-03-02T11:00:02+01:00"];
    expect(await within(first, last)).toEqual(["e2", "e1", "e0"]);
    expect(await within("2026-03-02T10:00:00.001Z", "2026-03-02T10:00:01.999Z")).toEqual(["e1"]);
    expect(await within(last, first)).toEqual([]);
  });

  test("a zone that is none is refused wherever it counts, and nothing is written", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", { id: "h", title: "x" });
    const zone = { "X-Timezone": "Local" };
    const error = "invalid timezone format (use IANA name like 'Europe/Rome')";
    for (const [method, path, body] of [
      ["POST", "/entries", { habit_id: "h", completion_date: AT }],
      ["POST", "/habits", { title: "y" }],
      ["GET", "/habits", undefined],
      ["GET", "/habits/h", undefined],
      ["GET", "/stats/weekly", undefined],
      ["GET", "/stats/progress", undefined],
    ] as const) {
      const answer = await person.call(method, path, body, zone);
      expect([method, path, answer.status, answer.body]).toEqual([method, path, 400, { error }]);
    }
    expect((await person.call("GET", "/habits")).body).toHaveLength(1);
    expect((await person.call("GET", "/entries/sync")).body.changes).toEqual([]);
  });

  test("an edit of what is not there is not found, with what it would need said (G6)", async () => {
    const person = await kanso().person();
    const id = "5d6f7c1e-7a51-4c39-8f0e-0d1a2b3c4d5e";
    for (const [method, path, body, status, said] of [
      ["PUT", `/habits/${id}`, { color: "#fff", version: 1 }, 404, { error: "habit not found" }],
      ["DELETE", `/habits/${id}`, undefined, 404, { error: "habit not found" }],
      ["GET", `/habits/${id}`, undefined, 404, { error: "habit not found" }],
      ["PUT", `/entries/${id}`, { version: 1 }, 404, { error: "resource not found" }],
      ["DELETE", `/entries/${id}`, undefined, 404, { error: "resource not found" }],
      ["PUT", "/habits/no%20id", { title: "x", version: 1 }, 404, { error: "habit not found" }],
      ["PUT", "/entries/no%20id", { version: 1 }, 404, { error: "resource not found" }],
    ] as const) {
      const answer = await person.call(method, path, body);
      expect([method, path, answer.status, answer.body]).toEqual([method, path, status, said]);
    }
  });

  test("a page of an origin that may call sends X-Timezone and an Idempotency-Key with any method", async () => {
    const origin = "https://app.example";
    const { call } = await start({ corsOrigins: [origin] });
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const answer = await call("OPTIONS", "/api/v1/entries", undefined, {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type,x-timezone,idempotency-key",
      });
      expect([method, answer.status]).toEqual([method, 204]);
      const methods = answer.headers.get("access-control-allow-methods") ?? "";
      expect(methods.split(/, ?/)).toEqual(["GET", "POST", "PUT", "DELETE"]);
      const headers = answer.headers.get("access-control-allow-headers") ?? "";
      for (const name of ["authorization", "content-type", "x-timezone", "idempotency-key"])
        expect(headers.split(/, ?/)).toContain(name);
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });
});
