// The file of providers: read, or refused by name.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { oidcOptions } from "./oidc-options.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-oidc-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

const GOOD = {
  name: "example",
  issuer: "https://id.example.com",
  clientId: "app",
  redirectUrl: "https://app.example.com/account",
};

test("providers come from the file", async () => {
  await writeFile(join(folder, "providers.json"), JSON.stringify([GOOD]));
  expect(oidcOptions({ oidcFile: "providers.json" }, folder)).toEqual({ oidcProviders: [GOOD] });
  expect(oidcOptions({ oidcFile: undefined }, folder)).toEqual({});
});

test.each([
  ["is not there", undefined],
  ["is no JSON", "{"],
  ["holds no list", "{}"],
  ["names one twice", JSON.stringify([GOOD, GOOD])],
])("a file that %s is refused", async (_what, text) => {
  if (text !== undefined) await writeFile(join(folder, "providers.json"), text);
  expect(() => oidcOptions({ oidcFile: "providers.json" }, folder)).toThrow(/providers/);
});
