// The interface around the routes: unknown addresses, pages of other origins, limits, the documents, and a whole day of use.

import { randomUUID } from "node:crypto";
import { importFiles, readZip } from "@syncline/kanso-domain";
import { expect, test } from "vitest";
import { type Json, onEveryStore, PASSWORD } from "./fixture.ts";

onEveryStore(({ kanso, start }) => {
  test("a whole day: from register to a deleted account", async () => {
    const { call } = kanso();
    expect((await call("GET", "/health")).status).toBe(200);
    const credentials = { email: `day.${randomUUID()}@example.org`, password: PASSWORD };
    expect((await call("POST", "/api/v1/auth/register", credentials)).status).toBe(201);
    const session = await call("POST", "/api/v1/auth/login", credentials);
    expect(session.status).toBe(200);
    const headers = { authorization: `Bearer ${session.body.token}` };
    const person = {
      call: (method: string, path: string, body?: unknown) =>
        call(method, `/api/v1${path}`, body, headers),
    };
    const eve = await kanso().person();
    const { body: habit } = await person.call("POST", "/habits", {
      title: "Water",
      type: "numeric",
      target_value: 2000,
      unit: "ml",
    });
    const now = new Date().toISOString();
    const { body: entry } = await person.call("POST", "/entries", {
      habit_id: habit.id,
      completion_date: now,
      value: 500,
    });
    expect((await person.call("POST", "/entries", "{broken")).status).toBe(400);
    const put = () => person.call("PUT", `/entries/${entry.id}`, { value: 600, version: 1 });
    expect((await put()).status).toBe(200);
    expect((await put()).status).toBe(409);
    const list = await person.call("GET", `/entries?habit_id=${habit.id}`);
    expect(list.body).toMatchObject([{ id: entry.id, value: 600 }]);
    expect((await person.call("GET", "/entries/sync")).text).toContain(entry.id);
    expect((await eve.call("DELETE", `/entries/${entry.id}`)).status).toBe(403);
    expect((await person.call("DELETE", `/entries/${entry.id}`)).status).toBe(204);
    expect((await person.call("GET", `/entries?habit_id=${habit.id}`)).body).toEqual([]);
    expect((await person.call("DELETE", `/habits/${habit.id}`)).status).toBe(204);
    expect((await person.call("DELETE", "/auth/user")).status).toBe(200);
    expect((await call("POST", "/api/v1/auth/login", credentials)).status).toBe(401);
  });

  test("everything of a person in one file, and what an import makes of it", async () => {
    const person = await kanso().person();
    await person.call("POST", "/habits", {
      id: "h",
      title: "Run, or swim",
      frequency_type: "weekly",
    });
    const entry = {
      habit_id: "h",
      completion_date: "2026-03-02T23:30:00+02:00",
      value: 1,
      notes: "a",
    };
    await person.call("POST", "/entries", { id: "e", ...entry });
    await person.call("POST", "/entries", { id: "gone", ...entry });
    await person.call("DELETE", "/entries/gone");
    const json = await person.call("GET", "/export");
    expect(json.headers.get("content-disposition")).toBe('attachment; filename="kanso.json"');
    const options = { nowMs: Date.now() };
    const imported = importFiles(new Map([["kanso.json", json.text]]), options);
    expect(imported).toMatchObject({
      habits: [{ id: "h", title: "Run, or swim" }],
      entries: [{ id: "e", day: "2026-03-02", zone: "+02:00", notes: "a" }],
    });
    const { settings: _settings, notices: _notices, ...all } = imported;
    for (const format of ["csv", "loop"]) {
      const answer = await fetch(`${kanso().server.url}/api/v1/export?format=${format}`, {
        headers: { authorization: `Bearer ${person.token}` },
      });
      expect(answer.headers.get("content-type")).toBe("application/zip");
      const files = await readZip(new Uint8Array(await answer.arrayBuffer()), async (data) => data);
      const again = importFiles(files, options);
      if (format === "csv") expect(again).toMatchObject(all);
      else
        expect(again).toMatchObject({
          habits: [{ title: "Run, or swim" }],
          entries: [{ notes: "a" }],
        });
    }
    const wrong = await person.call("GET", "/export?format=xls");
    expect([wrong.status, wrong.body]).toEqual([
      400,
      { error: "invalid format (must be json, csv or loop)" },
    ]);
  });

  test("a deletion that was cut off leaves nothing to be seen of the habit, in whatever is read", async () => {
    const person = await kanso().person();
    const entriesOf = (habitId: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        ...{ collection: "entries", id: `${habitId}${i}`, op: "put" },
        fields: {
          habitId,
          at: "2026-03-02T10:00:00Z",
          day: "2026-03-02",
          zone: "UTC",
          kind: "log",
          value: 1,
          notes: habitId,
          createdAt: "2026-03-02T10:00:00Z",
        },
      }));
    for (const id of ["stays", "goes"]) await person.call("POST", "/habits", { id, title: id });
    const time = "2026-03-02T10:00:00.000Z-0000-phone";
    let mutation = 0;
    const push = async (changes: readonly object[]) => {
      const { status, body } = await kanso().call(
        "POST",
        "/v1/kanso/~/sync",
        {
          clientId: "phone",
          now: time,
          cursor: null,
          policies: { habits: "versioned", entries: "versioned" },
          mutations: [
            { id: ++mutation, seen: null, changes: changes.map((one) => ({ time, ...one })) },
          ],
        },
        { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
      );
      expect([status, body.results]).toMatchObject([200, [{ status: "applied" }]]);
    };
    await push([...entriesOf("stays", 2), ...entriesOf("goes", 6)]);
    // As a device deletes it: the habit with the first of its entries, then piece by piece. It gets no further.
    const gone = (collection: string, id: string) => ({
      collection,
      id,
      op: "delete",
      baseVersion: 1,
    });
    await push([gone("habits", "goes"), gone("entries", "goes0"), gone("entries", "goes1")]);
    await push([gone("entries", "goes2")]);
    const headers = { authorization: `Bearer ${person.token}` };
    for (const format of ["json", "csv", "loop"]) {
      const answer = await fetch(`${kanso().server.url}/api/v1/export?format=${format}`, {
        headers,
      });
      const data = new Uint8Array(await answer.arrayBuffer());
      const files =
        format === "json"
          ? new Map([["kanso.json", Buffer.from(data).toString()]])
          : await readZip(data, async (part) => part);
      const { habits, entries } = importFiles(files, { nowMs: Date.now() });
      expect([format, habits.length]).toEqual([format, 1]);
      // Loop has one entry a day.
      expect([format, entries.length]).toEqual([format, format === "loop" ? 1 : 2]);
      expect([...files.values()].join("\n")).not.toContain("goes");
    }
    const days = "start_date=2026-03-02&end_date=2026-03-02";
    for (const path of ["/habits", `/stats/weekly?${days}`, `/stats/progress?${days}`])
      expect([path, (await person.call("GET", path)).text.includes("goes")]).toEqual([path, false]);
    expect((await person.call("GET", "/entries?habit_id=goes")).status).toBe(404);
  });

  test("unknown addresses and methods are a plain 404; a slash at the end leads on", async () => {
    const { call } = kanso();
    for (const [method, path] of [
      ["GET", "/api/v1/nothing"],
      ["PATCH", "/api/v1/habits/x"],
      ["POST", "/api/v1/habits/sync"],
    ] as const) {
      const answer = await call(method, path);
      expect([answer.status, answer.text], path).toEqual([404, "404 page not found"]);
    }
    const get = await call("GET", "/api/v1/habits/?a=1");
    expect([get.status, get.headers.get("location")]).toEqual([301, "/api/v1/habits?a=1"]);
    const post = await call("POST", "/api/v1/auth/login/", {});
    expect([post.status, post.headers.get("location")]).toEqual([307, "/api/v1/auth/login"]);
  });

  test("bodies are read whatever their type says, and not when they are too long", async () => {
    const { call, person } = kanso();
    const ada = await person();
    for (const type of ["text/plain", "application/json", "application/x-www-form-urlencoded"]) {
      const answer = await ada.call("POST", "/habits", { title: type }, { "content-type": type });
      expect(answer.status, type).toBe(201);
    }
    const long = await ada.call("POST", "/habits", { title: "x".repeat(2_000_000) });
    expect(long.status).toBe(413);
    const deep = `{"title":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    const refused = await ada.call("POST", "/habits", deep);
    expect([refused.status, refused.body]).toEqual([
      400,
      { error: "The body is nested deeper than 40 levels." },
    ]);
    const body = '{"__proto__":{"title":"x"},"constructor":{"prototype":{}}}';
    expect((await ada.call("POST", "/habits", body)).body).toEqual({
      error: "habit title cannot be empty",
    });
    expect((await call("GET", "/api/v1/habits/%00")).status).toBe(401);
    expect((await ada.call("GET", "/habits/%00")).status).toBe(404);
    expect((await ada.call("GET", `/habits/${"x".repeat(200)}`)).status).toBe(404);
  });

  test("pages of an origin that may call send X-Timezone, and read how much they may", async () => {
    const { call } = await start({ corsOrigins: ["https://app.example"] });
    const preflight = await call("OPTIONS", "/api/v1/habits", undefined, {
      origin: "https://app.example",
      "access-control-request-method": "DELETE",
      "access-control-request-headers": "authorization,content-type,x-timezone",
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("x-timezone");
    const answer = await call("GET", "/api/v1/habits", undefined, {
      origin: "https://app.example",
    });
    expect(answer.headers.get("access-control-expose-headers")).toContain("x-ratelimit-remaining");
    const other = await call("GET", "/api/v1/habits", undefined, {
      origin: "https://evil.example",
    });
    expect(other.headers.get("access-control-allow-origin")).not.toBe("https://evil.example");
  });

  test("J1, J2: five pass, and the next is told when to come back", async () => {
    const rateLimits = { address: { perSecond: 1 / 60, burst: 5 } };
    const { call } = await start({ rateLimits });
    for (let left = 4; left >= 0; left -= 1) {
      const answer = await call("GET", "/api/v1/auth/validate");
      expect(answer.status).toBe(401);
      expect(answer.headers.get("x-ratelimit-limit")).toBe("5");
      expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(left));
      expect(Number(answer.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
    }
    const answer = await call("GET", "/api/v1/auth/validate");
    expect(answer.status).toBe(429);
    expect(answer.body).toEqual({
      status: "error",
      message: "Too many requests. Slow down!",
      retry_in_s: expect.any(Number),
    });
    expect(answer.body.retry_in_s).toBeGreaterThan(0);
    expect(answer.headers.get("retry-after")).toBe(String(answer.body.retry_in_s));
  });

  test("the documents are where the original has them, and name every route", async () => {
    const { call } = kanso();
    const page = await call("GET", "/swagger/index.html");
    expect([page.status, page.headers.get("location")]).toEqual([302, "/docs"]);
    const document = await call("GET", "/swagger/doc.json");
    // What was made for the original reads Swagger 2.0, whose paths begin behind its base.
    expect([document.status, document.body]).toMatchObject([
      200,
      {
        swagger: "2.0",
        info: { title: "Kanso Sync Engine API", version: "1.0" },
        basePath: "/api/v1",
        securityDefinitions: {
          BearerAuth: { type: "apiKey", name: "Authorization", in: "header" },
        },
      },
    ]);
    const { body } = await call("GET", "/openapi.json");
    const operations = (paths: Json, prefix = "") =>
      Object.entries<Json>(paths)
        .filter(([path]) => (prefix + path).startsWith("/api/v1"))
        .flatMap(([path, methods]) =>
          Object.keys(methods).map((method) => `${method} ${prefix}${path}`),
        )
        .sort();
    const { paths } = document.body;
    expect(operations(paths, "/api/v1")).toEqual(operations(body.paths));
    const kinds = ["string", "number", "integer", "boolean", "array", "object", "file"];
    for (const [path, methods] of Object.entries<Json>(paths))
      for (const { parameters, responses } of Object.values<Json>(methods)) {
        const named = parameters.filter((one: Json) => one.in === "path");
        expect(named.map(({ name }: Json) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
        for (const { in: place, type, schema } of parameters) {
          if (place !== "body") expect(kinds).toContain(type);
          for (const field of Object.values<Json>(schema?.properties ?? {}))
            expect(kinds).toContain(field.type);
        }
        for (const { description } of Object.values<Json>(responses))
          expect(description).toEqual(expect.any(String));
      }
    expect(paths["/habits"].post.security).toEqual([{ BearerAuth: [] }]);
    expect(paths["/auth/login"].post.security).toBeUndefined();
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        "/api/v1/auth/register",
        "/api/v1/auth/login",
        "/api/v1/auth/validate",
        "/api/v1/auth/user",
        "/api/v1/habits",
        "/api/v1/habits/sync",
        "/api/v1/habits/{id}",
        "/api/v1/entries",
        "/api/v1/entries/sync",
        "/api/v1/entries/{id}",
        "/api/v1/stats/weekly",
        "/api/v1/stats/progress",
        "/api/v1/export",
      ]),
    );
    for (const [path, operations] of Object.entries<Json>(body.paths)) {
      if (!path.startsWith("/api/v1/")) continue;
      for (const [method, { summary, security, responses }] of Object.entries<Json>(operations)) {
        expect(summary, `${method} ${path}`).toEqual(expect.any(String));
        const isOpen = path.endsWith("/register") || path.endsWith("/login");
        expect(security === undefined, path).toBe(isOpen);
        // Every status that the route may answer with, and what it means.
        const statuses = Object.keys(responses);
        expect(statuses.some((status) => status.startsWith("2"))).toBe(true);
        expect(statuses).toContain("429");
        expect(statuses.includes("401") || isOpen).toBe(true);
        for (const { description } of Object.values<Json>(responses))
          expect(description).not.toBe("Default Response");
      }
    }
    const { post: makeHabit } = body.paths["/api/v1/habits"];
    expect(makeHabit.requestBody.content["application/json"].schema).toMatchObject({
      required: ["title"],
      properties: { id: { type: "string" }, weekdays: { type: "array" } },
    });
    const names = makeHabit.parameters.map(({ name }: Json) => name.toLowerCase());
    expect(names).toEqual(expect.arrayContaining(["x-timezone", "idempotency-key"]));
    expect(body.paths["/api/v1/habits/sync"].get.parameters[0].name).toBe("last_sync");
  });

  test("what is documented is not what is checked: bodies and queries are read as leniently as ever", async () => {
    const { person } = kanso();
    const ada = await person();
    const made = await ada.call("POST", "/habits", { TITLE: "Cello", target_value: -5, more: {} });
    expect(made.status).toBe(201);
    expect((await ada.call("GET", "/habits/sync?last_sync=&more=1")).status).toBe(200);
    expect((await ada.call("GET", "/stats/weekly?start_date=")).status).toBe(200);
    expect((await ada.call("GET", "/entries?habit_id=&from=x")).body).toEqual({
      error: "habit_id is required",
    });
  });
});
