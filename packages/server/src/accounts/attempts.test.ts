// Attempts at passwords and accounts, through a server behind a proxy that says who asks.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({
    server: { accounts: { accountsPerAddress: 3 }, trustProxy: ["127.0.0.1", "::1"] },
  });
});
afterEach(() => server.close());

async function send(path: string, body: object, from: string, token?: string) {
  const answer = await fetch(`${server.url}/accounts/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": from,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    retryAfter: Number(answer.headers.get("retry-after") ?? 0),
    body: (text === "" ? {} : JSON.parse(text)) as { [name: string]: unknown },
  };
}

const ADA = { email: "ada@example.org", password: "orange-kite-42" };
const OWNER = "198.51.100.7";
const THIEF = "203.0.113.9";

describe("passwords", () => {
  const guess = (email: string, from = THIEF) =>
    send("login", { email, password: "wrong-password" }, from);

  test("are tried a few times, and then slowly: known and unknown accounts alike", async () => {
    await send("register", ADA, OWNER);
    const answers = await Promise.all(
      [ADA.email, "nobody@example.org", "no address"].map(async (email) => {
        const all = [];
        for (let i = 0; i < 12; i += 1) all.push(await guess(email));
        // When to come again depends on when one came, and on nothing else.
        return all.map(({ status, body }) => ({
          status,
          body: JSON.stringify(body).replace(/,"retryAfter":\d+/, ""),
        }));
      }),
    );
    const [known, ...unknown] = answers;
    expect(known?.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429, 429]);
    for (const one of unknown) expect(one).toEqual(known);
    const late = await guess(ADA.email);
    expect(late).toMatchObject({ status: 429, body: { error: { code: "rate_limited" } } });
    expect(late.retryAfter).toBeGreaterThan(0);
    // Who has guessed it is told no more than who has not.
    expect((await send("login", ADA, THIEF)).status).toBe(429);
  });

  test("do not lock the owner out, who has another address, or a session", async () => {
    await send("register", ADA, OWNER);
    const { body } = await send("login", ADA, THIEF);
    for (let i = 0; i < 12; i += 1) await guess(ADA.email);
    expect((await send("login", ADA, OWNER)).status).toBe(200);
    const refreshed = await send("refresh", { refreshToken: body["refreshToken"] }, THIEF);
    expect(refreshed.status).toBe(200);
  });

  test("are not guessed by way of a change, either", async () => {
    await send("register", ADA, OWNER);
    const { body } = await send("login", ADA, OWNER);
    const change = { password: "wrong-password", newPassword: "purple-kite-43" };
    const statuses: number[] = [];
    for (let i = 0; i < 10; i += 1)
      statuses.push((await send("password", change, OWNER, String(body["token"]))).status);
    expect(statuses).toEqual([...Array(9).fill(403), 429]);
  });
});

test("an address makes as many accounts as it may, in IPv6 a /64 does, and others are not concerned", async () => {
  const register = (email: string, from: string) => send("register", { ...ADA, email }, from);
  for (let i = 0; i < 3; i += 1)
    expect((await register(`a${i}@example.org`, `2001:db8::${i + 1}`)).status).toBe(201);
  const refused = await register("a3@example.org", "2001:db8::ffff");
  expect(refused).toMatchObject({ status: 403, body: { error: { code: "quota_exceeded" } } });
  expect(refused.retryAfter).toBeGreaterThan(0);
  expect((await register("a4@example.org", OWNER)).status).toBe(201);
  // What there is already is said as before.
  expect((await register("a0@example.org", "2001:db8::ffff")).status).toBe(409);
});
