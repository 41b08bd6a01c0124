import { describe, expect, test } from "vitest";
import { dialectOptions } from "./dialect-options.ts";
import { loadConfig } from "./load.ts";

const say = () => undefined;
const THEIRS = {
  PORT: "3050",
  JWKS_URL: "http://localhost:3001/api/auth/jwks",
  CORS_ORIGINS: "http://localhost:5173,https://*.example.com",
  MANA_CREDITS_URL: "http://localhost:3061",
  MANA_SERVICE_KEY: "key",
};

async function load(env: { [name: string]: string }, flags = {}) {
  return await loadConfig({ cwd: "/nowhere", env, flags });
}

describe("the variables of mana-sync", () => {
  test("count where its dialect is spoken, below our own", async () => {
    const { values, sources } = await load({ ...THEIRS, SYNCLINE_DIALECTS: "mana" });
    expect(values).toMatchObject({
      port: 3050,
      jwksUrl: THEIRS.JWKS_URL,
      corsOrigins: ["http://localhost:5173", "https://*.example.com"],
    });
    expect(sources).toMatchObject({ port: "PORT", jwksUrl: "JWKS_URL" });
    const own = await load({ ...THEIRS, SYNCLINE_DIALECTS: "mana", SYNCLINE_PORT: "1" });
    expect([own.values.port, own.sources.port]).toEqual([1, "SYNCLINE_PORT"]);
    expect((await load({ ...THEIRS, PORT: "" }, { dialects: "mana" })).values.port).toBe(4400);
  });

  test("mean nothing where it is not", async () => {
    const { values } = await load(THEIRS);
    expect([values.port, values.jwksUrl, values.corsOrigins]).toEqual([4400, undefined, []]);
    expect(dialectOptions(values, say)).toEqual({ dialects: [] });
  });

  test("make the billing gate, all of it or none", async () => {
    const { values } = await load({ ...THEIRS, SYNCLINE_DIALECTS: "mana,mana" });
    const { dialects, gate } = dialectOptions(values, say);
    expect([dialects?.length, typeof gate?.ask]).toEqual([1, "function"]);
    expect(() => dialectOptions({ ...values, manaServiceKey: undefined }, say)).toThrow(
      /manaServiceKey/,
    );
    expect(() => dialectOptions({ ...values, manaCreditsUrl: "ftp://x" }, say)).toThrow(/no URL/);
    expect(dialectOptions({ ...values, manaCreditsUrl: undefined }, say).gate).toBeUndefined();
    await expect(load({ SYNCLINE_DIALECTS: "nana" })).rejects.toThrow(
      /nana is none of kit, mana, simple/,
    );
  });
});
