// Sessions through a server: renewed, listed, signed out; and what a token that was used before does.

import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/start-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ server: { accounts: {} } });
});
afterEach(() => server.close());

async function post(path: string, body: unknown) {
  const answer = await fetch(`${server.url}/accounts/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function as(token: unknown, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const { body } = init;
  return await fetch(`${server.url}${path}`, {
    ...init,
    headers: body === undefined ? { authorization: headers.authorization } : headers,
  });
}

const ADA = { email: " Ada@Example.ORG ", password: "orange-kite-42" };

describe("sessions", () => {
  const login = async (device: string) => {
    const { status, body } = await post("login", { ...ADA, device });
    expect(status).toBe(200);
    return { token: String(body["token"]), refreshToken: String(body["refreshToken"]) };
  };
  const isIn = async (token: string) => (await as(token, "/accounts/me")).status === 200;
  beforeEach(async () => {
    await post("register", ADA);
  });

  test("are renewed with a token that works once more a moment later, and gives new ones", async () => {
    const first = await login("phone");
    const second = await post("refresh", { refreshToken: first.refreshToken });
    expect(second.status).toBe(200);
    expect(Object.keys(second.body).sort()).toEqual([
      "account",
      "expiresInSeconds",
      "refreshToken",
      "token",
    ]);
    expect(second.body["refreshToken"]).not.toBe(first.refreshToken);
    expect(await isIn(String(second.body["token"]))).toBe(true);
    const retried = await post("refresh", { refreshToken: first.refreshToken });
    expect(retried.status).toBe(200);
  });

  test("go on for two tabs that renew with one token at once: both are given the same next one", async () => {
    const { refreshToken } = await login("phone");
    const tabs = await Promise.all(
      Array.from({ length: 5 }, () => post("refresh", { refreshToken })),
    );
    expect(tabs.map(({ status }) => status)).toEqual(Array(5).fill(200));
    const [next, ...others] = tabs.map(({ body }) => String(body["refreshToken"]));
    expect(others).toEqual(Array(4).fill(next));
    expect(next).not.toBe(refreshToken);
    // Each goes on with what it was given, one long after the other.
    const last = await post("refresh", { refreshToken: next });
    expect(last.status).toBe(200);
    expect(await isIn(String(last.body["token"]))).toBe(true);
    for (const { body } of tabs) expect(await isIn(String(body["token"]))).toBe(true);
  });

  test("give next tokens that nobody computes without the server's key", async () => {
    const { refreshToken } = await login("phone");
    const { body } = await post("refresh", { refreshToken });
    const [id, secret] = String(body["refreshToken"]).split(".");
    const [sameId, before = ""] = refreshToken.split(".");
    expect(id).toBe(sameId);
    for (const key of ["", "syncline"])
      expect(createHmac("sha256", key).update(before).digest("base64url")).not.toBe(secret);
    await using other = await startTestServer({
      store: { ...server.store, close: async () => undefined },
      server: { accounts: {} },
    });
    // A server with another key renews it all the same: tokens are found by their hashes.
    const answer = await fetch(`${other.url}/accounts/refresh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken: body["refreshToken"] }),
    });
    expect(answer.status).toBe(200);
  });

  test("end for everybody when an old token comes again: somebody has stolen one", async () => {
    const first = await login("phone");
    let { refreshToken } = first;
    for (let i = 0; i < 2; i += 1)
      refreshToken = String((await post("refresh", { refreshToken })).body["refreshToken"]);
    expect((await post("refresh", { refreshToken: first.refreshToken })).status).toBe(401);
    expect((await post("refresh", { refreshToken })).status).toBe(401);
    expect(await isIn(first.token)).toBe(false);
  });

  test("are not ended by who knows their id, which is in every token for requests", async () => {
    const { token, refreshToken } = await login("phone");
    const [, payload = ""] = token.split(".");
    const { sid } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { sid: string };
    expect(refreshToken.startsWith(`${sid}.`)).toBe(true);
    const [, secret = ""] = refreshToken.split(".");
    const damaged = secret.slice(0, 30) + (secret[30] === "A" ? "B" : "A") + secret.slice(31);
    for (const forged of ["A".repeat(43), `${secret.slice(0, 22)}${"A".repeat(21)}`, damaged]) {
      const answer = await post("refresh", { refreshToken: `${sid}.${forged}` });
      expect(answer.status).toBe(401);
    }
    expect(await isIn(token)).toBe(true);
    expect((await post("refresh", { refreshToken })).status).toBe(200);
  });

  test.each(["", "x", "a.b", `${"a".repeat(22)}.${"b".repeat(43)}`, "../../etc"])(
    "are not renewed with %j",
    async (refreshToken) => {
      const phone = await login("phone");
      expect((await post("refresh", { refreshToken })).status).toBe(401);
      expect(await isIn(phone.token)).toBe(true);
    },
  );

  test("are listed as devices, and each can be signed out at once", async () => {
    const [phone, laptop] = [await login("phone"), await login("laptop")];
    const answer = await (await as(laptop.token, "/accounts/devices")).json();
    const { devices } = answer as { devices: { id: string; name: string; current: boolean }[] };
    expect(devices.map(({ name, current }) => [name, current]).sort()).toEqual([
      ["laptop", true],
      ["phone", false],
    ]);
    const id = devices.find(({ name }) => name === "phone")?.id;
    const signOut = async (which: string) =>
      (await as(laptop.token, `/accounts/devices/${which}`, { method: "DELETE" })).status;
    expect(await signOut(String(id))).toBe(204);
    expect(await signOut(String(id))).toBe(404);
    expect([await isIn(phone.token), await isIn(laptop.token)]).toEqual([false, true]);
    expect((await post("refresh", { refreshToken: phone.refreshToken })).status).toBe(401);
    expect(await signOut("current")).toBe(204);
    expect(await isIn(laptop.token)).toBe(false);
  });

  test("of others are not touched", async () => {
    const ada = await login("phone");
    await post("register", { email: "eve@example.org", password: "orange-kite-43" });
    const eve = await post("login", { email: "eve@example.org", password: "orange-kite-43" });
    const answer = await (await as(ada.token, "/accounts/devices")).json();
    const { devices } = answer as { devices: { id: string }[] };
    const path = `/accounts/devices/${devices[0]?.id}`;
    expect((await as(eve.body["token"], path, { method: "DELETE" })).status).toBe(404);
    expect(await isIn(ada.token)).toBe(true);
  });

  test("all others end when the password is changed", async () => {
    const [phone, laptop] = [await login("phone"), await login("laptop")];
    const change = async (password: string, newPassword: string) =>
      (
        await as(laptop.token, "/accounts/password", {
          method: "POST",
          body: JSON.stringify({ password, newPassword }),
        })
      ).status;
    expect(await change("wrong-password", "purple-kite-43")).toBe(403);
    expect(await change(ADA.password, "short")).toBe(400);
    expect(await isIn(phone.token)).toBe(true);
    expect(await change(ADA.password, "purple-kite-43")).toBe(204);
    expect([await isIn(phone.token), await isIn(laptop.token)]).toEqual([false, true]);
    expect((await post("login", ADA)).status).toBe(401);
    expect((await post("login", { ...ADA, password: "purple-kite-43" })).status).toBe(200);
  });

  test("are over when nobody renewed them for too long", async () => {
    await using strict = await startTestServer({ server: { accounts: { idleDays: -1 } } });
    const send = (path: string, body: object) =>
      fetch(`${strict.url}/accounts/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await send("register", ADA);
    const { token, refreshToken } = (await (await send("login", ADA)).json()) as {
      token: string;
      refreshToken: string;
    };
    expect((await send("refresh", { refreshToken })).status).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${strict.url}/accounts/me`, { headers })).status).toBe(401);
  });
});
