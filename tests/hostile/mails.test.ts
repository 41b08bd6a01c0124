// Floods of mails: to one mailbox and to many, by one caller and by many, for every reason that there is to send one; and what was mailed to
// others. Each mail is counted where it would leave the server.

import type { Mail } from "@syncline/server";
import { afterEach, describe, expect, test } from "vitest";
import { type Everything, PASSWORD, startEverything } from "./fixture.ts";

let server: Everything;
let mails: Mail[] = [];
afterEach(async () => {
  await server.close();
  mails = [];
});

async function start(verification: "later" | "required" = "later"): Promise<void> {
  server = await startEverything({
    trustProxy: ["loopback"],
    accounts: { sendMail: async (mail) => void mails.push(mail), verification },
  });
}

const from = (address: string) => ({ "x-forwarded-for": address });
const register = (email: string, address: string) =>
  server.post("/accounts/register", { email, password: PASSWORD }, from(address));
const ask = (purpose: string, email: string, address: string) =>
  server.post("/accounts/mail", { email, purpose }, from(address));
/** Everything that somebody may have sent to an address. */
const WAYS = [
  ["a registration", register],
  ...["verify", "reset", "sign-in"].map(
    (purpose) =>
      [`a mail to ${purpose}`, (email: string, at: string) => ask(purpose, email, at)] as const,
  ),
] as const;

/** All that was asked for is sent: what is on its way is waited for when a server closes. */
async function sent(): Promise<readonly Mail[]> {
  await server.close();
  return mails;
}

describe("[G11] a mailbox", () => {
  test.each(WAYS)("gets five by %s, from one address", async (_what, way) => {
    await start();
    await register("ana@example.org", "198.51.100.1");
    const statuses = [];
    for (let time = 0; time < 30; time++)
      statuses.push((await way("ana@example.org", "203.0.113.1")).status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(4);
    expect(new Set(statuses.slice(4))).toEqual(new Set([429]));
    expect((await sent()).length).toBeLessThanOrEqual(5);
  });

  test("gets five by all ways together, from a hundred addresses, however it is written", async () => {
    await start();
    const spellings = [
      "ana@example.org",
      " ana@example.org",
      "ANA@Example.ORG",
      "ana@example.org ",
    ];
    let asked = 0;
    for (let round = 0; round < 25; round++)
      for (const [at, [, way]] of WAYS.entries()) {
        const spelling = spellings[(round + at) % spellings.length] ?? "";
        asked += 1;
        expect([202, 429]).toContain((await way(spelling, `203.0.113.${asked}`)).status);
      }
    expect(asked).toBe(100);
    const all = await sent();
    expect(all.length).toBeLessThanOrEqual(5);
    expect(new Set(all.map(({ to }) => to))).toEqual(new Set(["ana@example.org"]));
  });

  test("of who has no account gets none, and whoever asks is told the same", async () => {
    await start();
    await register("ana@example.org", "198.51.100.1");
    const told = async (email: string, address: string) => {
      const answers = [];
      for (let time = 0; time < 8; time++) {
        const answer = await ask("reset", email, address);
        answers.push([answer.status, (await answer.text()).replace(/"retryAfter":\d+/, "")]);
      }
      return answers;
    };
    // The registration was one of five.
    await ask("reset", "nobody@example.org", "198.51.100.2");
    const unknown = await told("nobody@example.org", "203.0.113.2");
    expect(unknown).toEqual(await told("ana@example.org", "203.0.113.1"));
    expect((await sent()).filter(({ to }) => to === "nobody@example.org")).toEqual([]);
  });
});

describe("[G11] one caller", () => {
  test.each(["verify", "reset", "sign-in"])(
    "has twenty mails to %s sent to many, in IPv6 by all of a network's addresses",
    async (purpose) => {
      await start();
      const emails = Array.from({ length: 40 }, (_, at) => `p${at}@example.org`);
      for (const [at, email] of emails.entries())
        expect((await register(email, `198.51.100.${at}`)).status).toBe(202);
      await expect.poll(() => mails.length).toBe(40);
      const statuses = [];
      for (const [at, email] of emails.entries())
        statuses.push((await ask(purpose, email, `2001:db8::${at + 1}`)).status);
      const taken = statuses.filter((status) => status === 202).length;
      // Twenty, and one for each minute that this takes.
      expect([taken >= 20, taken < 30]).toEqual([true, true]);
      expect(new Set(statuses)).toEqual(new Set([202, 429]));
      expect((await sent()).length).toBe(40 + taken);
    },
  );

  test.each(["later", "required"] as const)(
    "makes as many accounts as one address may, with verification %s, and no more mails than those",
    async (verification) => {
      server = await startEverything({
        trustProxy: ["loopback"],
        accounts: {
          sendMail: async (mail) => void mails.push(mail),
          verification,
          accountsPerAddress: 10,
        },
      });
      const statuses = [];
      for (let time = 0; time < 25; time++)
        statuses.push((await register(`p${time}@example.org`, "203.0.113.1")).status);
      expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(11);
      expect(statuses.slice(-10)).toEqual(Array(10).fill(403));
      expect((await register("late@example.org", "203.0.113.2")).status).toBe(202);
      const others = (await sent()).filter(({ to }) => to !== "late@example.org");
      expect(others.length).toBeLessThanOrEqual(11);
    },
  );

  test("who invites a hundred addresses has the server send nothing: the app mails links, or does not", async () => {
    await start();
    const ana = await server.person("ana");
    await expect.poll(() => mails.length).toBe(1);
    await fetch(`${server.url}/v1/todo/team`, {
      method: "PUT",
      headers: { ...ana.headers, "content-type": "application/json" },
      body: "{}",
    });
    const statuses = [];
    for (let time = 0; time < 105; time++) {
      const body = { role: "reader", email: `p${time}@example.org` };
      statuses.push((await server.post("/v1/todo/team/invitations", body, ana.headers)).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.slice(100)).toEqual(Array(5).fill(403));
    expect(await sent()).toHaveLength(1);
  });
});

describe("[G10] what was mailed to somebody else", () => {
  /** The last mail to an address. */
  async function mailTo(email: string, purpose: string): Promise<string> {
    const found = () => mails.findLast((one) => one.to === email && one.purpose === purpose);
    await expect.poll(() => found()?.token).toBeDefined();
    return found()?.token ?? "";
  }
  const NEW = "green-owl-99";
  const login = async (email: string, password = PASSWORD) =>
    (await server.post("/accounts/login", { email, password })).status;

  test("changes that account and no other, whatever is sent beside it", async () => {
    await start();
    const [ana, eve] = [await server.person("ana"), await server.person("eve")];
    await ask("reset", eve.email, "203.0.113.1");
    const token = await mailTo(eve.email, "reset");
    for (const more of [{ email: ana.email }, { userId: ana.userId }, { to: ana.email }]) {
      const body = { token, newPassword: NEW, ...more };
      expect((await server.post("/accounts/reset", body, ana.headers)).status).toBe(400);
    }
    const reset = await server.post("/accounts/reset", { token, newPassword: NEW }, ana.headers);
    expect(reset.status).toBe(204);
    expect([await login(ana.email), await login(eve.email), await login(eve.email, NEW)]).toEqual([
      200, 401, 200,
    ]);
  });

  test("is good for what it says alone, once, and not when it is nearly right", async () => {
    await start();
    const ana = await server.person("ana");
    const verify = await mailTo(ana.email, "verify");
    await ask("reset", ana.email, "203.0.113.1");
    await ask("sign-in", ana.email, "203.0.113.1");
    const [reset, signIn] = [await mailTo(ana.email, "reset"), await mailTo(ana.email, "sign-in")];
    const uses = {
      verify: (token: string) => server.post("/accounts/verify", { token }),
      reset: (token: string) => server.post("/accounts/reset", { token, newPassword: NEW }),
      signIn: (token: string) => server.post("/accounts/sign-in", { token }),
    };
    const wrong: [keyof typeof uses, string][] = [
      ["verify", reset],
      ["verify", signIn],
      ["reset", verify],
      ["reset", signIn],
      ["signIn", verify],
      ["signIn", reset],
    ];
    for (const way of ["verify", "reset", "signIn"] as const)
      for (const token of [reset, verify, signIn])
        for (const near of [token.slice(0, -1), `${token}A`, token.toLowerCase(), ` ${token}`, ""])
          wrong.push([way, near]);
    for (const [way, token] of wrong)
      expect([way, token, (await uses[way](token)).status]).toEqual([way, token, 401]);
    expect((await uses.verify(verify)).status).toBe(200);
    expect((await uses.verify(verify)).status).toBe(401);
    const both = await Promise.all([uses.reset(reset), uses.reset(reset)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 401]);
    // The password changed: the mail to sign in is from before.
    expect((await uses.signIn(signIn)).status).toBe(401);
  });

  test("where verification is required, registers the address with the password of that mail, and nobody before", async () => {
    await start("required");
    const address = "203.0.113.1";
    const body = { email: "ana@example.org", password: "eve was here" };
    await server.post("/accounts/register", body, from(address));
    const eves = await mailTo("ana@example.org", "verify");
    await register("ana@example.org", "198.51.100.1");
    await expect.poll(() => mails.length).toBe(2);
    const anas = await mailTo("ana@example.org", "verify");
    expect(await login("ana@example.org", "eve was here")).toBe(401);
    expect((await server.post("/accounts/verify", { token: anas })).status).toBe(200);
    expect((await server.post("/accounts/verify", { token: eves })).status).toBe(401);
    expect([
      await login("ana@example.org"),
      await login("ana@example.org", "eve was here"),
    ]).toEqual([200, 401]);
  });
});
