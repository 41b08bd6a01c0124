// The development secret: made once, whole, and for nobody else's eyes.

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { developmentSecret } from "./development-secret.ts";
import { issueToken } from "./issue-token.ts";
import { createTokenVerifier } from "./verify-token.ts";

const folder = mkdtempSync(join(tmpdir(), "syncline-secret-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("is made once, readable by its owner only, and leaves nothing beside it", async () => {
  const file = join(folder, "data", "development.key");
  const secret = developmentSecret(file);
  expect(developmentSecret(file)).toBe(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "data"))).toEqual(["development.key"]);
  const verify = await createTokenVerifier({ secret });
  const token = await issueToken({ secret, userId: "alice", expiresInSeconds: 60 });
  expect((await verify(token)).userId).toBe("alice");
});
