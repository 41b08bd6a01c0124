// The interface, row by row: each endpoint in its order, with each status it may answer and the very bytes of the body.
// What becomes of many requests one after the other is in the other files.

import { SynclineError } from "@syncline/core";
import { issueToken, type Store } from "@syncline/server";
import { beforeAll, describe, expect, test } from "vitest";
import { type Kanso, onEveryStore } from "./fixture.ts";
import { error, NEW, type Row, type Scene } from "./row.ts";
import { ACCOUNT_ROWS } from "./rows-auth.ts";
import { ENTRY_ROWS } from "./rows-entries.ts";
import { HABIT_ROWS } from "./rows-habits.ts";

const ENDPOINTS = [...ACCOUNT_ROWS, ...HABIT_ROWS, ...ENTRY_ROWS];
const CALLS = ENDPOINTS.flatMap(([method, path, rows]) =>
  rows.map(
    (row, index) => [`${method} ${path}`, row.status, index + 1, { method, ...row }] as const,
  ),
);
/** One call of each that is good but for what the server can. */
const GOOD = ENDPOINTS.map(([method, path, [row]]) => [`${method} ${path}`, method, row] as const);
const isOpen = (name: string) => name.endsWith("/register") || name.endsWith("/login");

/** What each says when something went wrong that should not. */
const FAILURES: Record<string, string> = {
  "GET /stats/weekly": "failed to retrieve statistics",
  "GET /habits/sync": "sync failed",
  "DELETE /auth/user": "failed to delete account",
};

/** A store that cannot do what requests are about; it still knows whose tokens are good. */
const failing = ({ accounts }: Store): Partial<Store> => {
  const fail = async (): Promise<never> => {
    throw new Error("password of the database: secret");
  };
  return {
    page: fail,
    commit: fail,
    accounts: { ...accounts, remove: fail, create: fail, byEmail: fail },
  };
};

/** A store whose database does not answer. */
const away = ({ accounts }: Store): Partial<Store> => {
  const fail = async (): Promise<never> => {
    throw new SynclineError("unavailable", "postgres://kanso:secret@db is away");
  };
  return { page: fail, accounts: { ...accounts, byUser: fail, byEmail: fail } };
};

onEveryStore(({ kanso, start }) => {
  async function setScene(): Promise<Scene> {
    const [ada, eve] = [await kanso().person(), await kanso().person()];
    await ada.call("POST", "/habits", { id: "gone", title: "Gone" });
    await ada.call("DELETE", "/habits/gone");
    await ada.call("POST", "/habits", { id: "h", title: "Cello" });
    await ada.call("POST", "/entries", { ...NEW, id: "e", value: 2, notes: "scales" });
    const habit = String((await eve.call("POST", "/habits", { title: "Secret" })).body.id);
    const made = await eve.call("POST", "/entries", { ...NEW, habit_id: habit });
    return { ada, eve, theirs: { habit, entry: String(made.body.id) } };
  }

  /** For whatever changes nothing: everything that is refused, and whoever only reads. */
  let shared: Scene;
  beforeAll(async () => {
    shared = await setScene();
  });
  const changes = ({ method, status }: { readonly method: string; readonly status: number }) =>
    method !== "GET" && status < 300;

  async function send(
    { call }: Pick<Kanso, "call">,
    method: string,
    { path, body, headers = {} }: Row,
    scene: Scene,
  ) {
    const address = typeof path === "string" ? path : path(scene);
    const answer = await call(method, `/api/v1${address}`, body, {
      authorization: `Bearer ${scene.ada.token}`,
      ...headers,
    });
    // What an answer says of a habit is not for anybody else.
    expect(answer.text).not.toContain("Secret");
    return answer;
  }

  describe("each endpoint says what it says", () => {
    test.each(CALLS)("%s: %i (%i)", async (_name, status, _index, row) => {
      const scene = changes(row) ? await setScene() : shared;
      const answer = await send(kanso(), row.method, row, scene);
      const expected = typeof row.text === "function" ? row.text(scene) : row.text;
      if (typeof expected === "string")
        expect([answer.status, answer.text]).toEqual([status, expected]);
      else expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(expected)]);
      if (answer.text !== "")
        expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    });
  });

  describe("whoever may not", () => {
    const protectedRows = GOOD.filter(([name]) => !isOpen(name));
    test.each(protectedRows)("%s: 401", async (_name, method, row) => {
      if (row === undefined) return;
      const { ada } = shared;
      const { secret } = kanso().server;
      const expired = await issueToken({ secret, userId: ada.id, expiresInSeconds: -60 });
      for (const [authorization, text] of [
        ["", "authorization header required"],
        ["Bearer", "invalid authorization header format"],
        [`bearer ${ada.token}`, "invalid authorization header format"],
        [`Bearer ${ada.token} x`, "invalid authorization header format"],
        ["Bearer x.y.z", "invalid or expired token"],
        [`Bearer ${expired}`, "invalid or expired token"],
        [`Bearer ${await kanso().server.token("nobody")}`, "invalid or expired token"],
      ] as const) {
        const headers = { ...row.headers, authorization };
        const answer = await send(kanso(), method, { ...row, headers }, shared);
        expect([authorization, answer.status, answer.text]).toEqual([
          authorization,
          401,
          error(text),
        ]);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
      // Nothing of it was done.
      expect((await ada.call("GET", "/entries/sync")).body.changes).toHaveLength(1);
    });
  });

  describe("whoever asks too often", () => {
    let limited: Kanso;
    beforeAll(async () => {
      limited = await start({ rateLimits: { address: { perSecond: 1 / 60, burst: 1 } } });
      await limited.call("GET", "/api/v1/auth/validate");
    });
    test.each(GOOD)("%s: 429", async (_name, method, row) => {
      if (row === undefined) return;
      const answer = await send(limited, method, row, shared);
      expect([answer.status, answer.text]).toEqual([
        429,
        expect.stringMatching(
          /^{"status":"error","message":"Too many requests. Slow down!","retry_in_s":[1-9]\d*}$/,
        ),
      ]);
      expect(answer.headers.get("retry-after")).toBe(String(answer.body.retry_in_s));
      expect(answer.headers.get("x-ratelimit-limit")).toBe("1");
      expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
      expect(Number(answer.headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
    });
    test.each(["/health", "/swagger/index.html", "/swagger/doc.json"])(
      "GET %s: answers all the same",
      async (path) => {
        expect((await limited.call("GET", path)).status).toBeLessThan(400);
      },
    );
  });

  describe("when the store fails, it is told in the words of the endpoint, and nothing of the store", () => {
    let broken: Kanso;
    let without: Kanso;
    beforeAll(async () => {
      broken = await start({}, failing);
      without = await start({}, away);
    });
    const touching = GOOD.filter(([name]) => name !== "GET /auth/validate");
    test.each(touching)("%s: 500", async (name, method, row) => {
      if (row === undefined) return;
      const answer = await send(broken, method, row, shared);
      expect([answer.status, answer.text]).toEqual([
        500,
        error(FAILURES[name] ?? "internal server error"),
      ]);
    });
    test.each(GOOD)("%s: 503 when it does not answer at all", async (_name, method, row) => {
      if (row === undefined) return;
      const answer = await send(without, method, row, shared);
      expect([answer.status, answer.text]).toEqual([503, error("internal server error")]);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    });
  });
});
