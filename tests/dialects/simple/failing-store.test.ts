// simple-sync while its database is away: nobody is told that a good key is bad, and no key is lost that was made.

import { createMemoryStore, type Store } from "@syncline/server";
import { afterEach, expect, test } from "vitest";
import { serve } from "./fixture.ts";

let isAway = false;
afterEach(() => {
  isAway = false;
});

/** A store that is away when it is told so, or after so many commits more. */
function fragile(): { store: Store; commitsLeft(count: number): void } {
  const inner = createMemoryStore();
  let left = Number.POSITIVE_INFINITY;
  const away = () => Promise.reject(new Error("the database is away"));
  return {
    commitsLeft(count) {
      left = count;
    },
    store: {
      ...inner,
      record: (...given) => (isAway ? away() : inner.record(...given)),
      commit(units) {
        left -= 1;
        return left < 0 ? away() : inner.commit(units);
      },
    },
  };
}

test("a key that cannot be looked up is not called bad", async () => {
  const { store } = fragile();
  const { call, rootKey } = await serve(async () => store);
  isAway = true;
  const answer = await call("GET", "/api/v1/events", rootKey);
  expect([answer.status, answer.json]).toEqual([500, { error: "Internal server error" }]);
  isAway = false;
  expect((await call("GET", "/api/v1/events", rootKey)).status).toBe(200);
});

test("a key that was made is given, also when the history cannot take note of it", async () => {
  const { store, commitsLeft } = fragile();
  const server = await serve(async () => store);
  await server.user("member.ana");
  const issued = await server.call("POST", "/api/v1/user/generateToken", server.rootKey, {
    user: "member.ana",
  });
  const { token } = issued.json as { token: string };
  commitsLeft(1);
  const got = await server.call("POST", "/api/v1/user/exchangeToken", undefined, { token });
  commitsLeft(Number.POSITIVE_INFINITY);
  expect(got.status).toBe(200);
  const { apiKey } = got.json as { apiKey: string };
  expect((await server.call("GET", "/api/v1/events", apiKey)).status).toBe(200);
});
