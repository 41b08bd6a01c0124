// Passwords that another system hashed with bcrypt: good for one sign-in, after which they are ours.

import { SynclineError } from "@syncline/core";
import { expect, test } from "vitest";
import { startTestServer } from "../testing/start-server.ts";
import { createPasswords } from "./password.ts";

const PASSWORD = "orange-kite-42";
/** Made with libxcrypt, at the cost that the original takes, and at the least. */
const COSTLY = "$2b$12$abcdefghijklmnopqrstuuflpnusoFVMD4mon4hu.3dp3NzKEr8cK";
const CHEAP = "$2b$04$abcdefghijklmnopqrstuutqKhOn.1mqDI3ST2lR1yHZEIIOLCcIG";
const OWN = /^\$(?:argon2id|scrypt)\$/;

async function withAccount(secret: string) {
  const server = await startTestServer({ server: { accounts: {} } });
  const { accounts } = server.store;
  await accounts.create({
    userId: "ada",
    email: "ada@example.org",
    secret,
    createdAtMs: 0,
    verifiedAtMs: 0,
  });
  return {
    server,
    lock: () => server.store.locks.lock("ada", 1),
    secret: async () => (await accounts.byUser("ada"))?.secret,
    async signIn(password: string) {
      const answer = await fetch(`${server.url}/accounts/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: "ada@example.org", password }),
      });
      return answer.status;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

// Go writes $2a$, PHP $2y$: the same sum.
test.each(["$2a$", "$2b$", "$2y$"])(
  "who comes with a hash of %s signs in, and has one of ours from then on",
  async (form) => {
    await using ada = await withAccount(COSTLY.replace("$2b$", form));
    expect(await ada.signIn("orange-kite-43")).toBe(401);
    expect(await ada.secret()).toContain(form);
    expect(await ada.signIn(PASSWORD)).toBe(200);
    expect(await ada.secret()).toMatch(OWN);
    expect(await ada.signIn("orange-kite-43")).toBe(401);
    expect(await ada.signIn(PASSWORD)).toBe(200);
  },
);

test("who is locked stays out, and the hash stays", async () => {
  await using ada = await withAccount(CHEAP);
  await ada.lock();
  expect(await ada.signIn(PASSWORD)).toBe(403);
  expect(await ada.signIn("orange-kite-43")).toBe(401);
  expect(await ada.secret()).toBe(CHEAP);
});

test("nothing is a password that bcrypt would read only the beginning of", async () => {
  const passwords = createPasswords();
  const isRight = (password: string) => passwords.isRight(password, CHEAP, "n");
  expect(await isRight(PASSWORD)).toBe(true);
  expect(await isRight(`${PASSWORD}\0more`)).toBe(false);
  expect(await isRight("x".repeat(73))).toBe(false);
});

test("it takes its turn in the lane of hashing", async () => {
  const full = new SynclineError("unavailable", "full");
  const passwords = createPasswords({ run: () => Promise.reject(full) });
  await expect(passwords.isRight(PASSWORD, CHEAP, "n")).rejects.toBe(full);
});
