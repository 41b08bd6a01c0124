// Options: one parser, which takes nothing that it does not know, and a value of its kind for each.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LIMIT_OPTIONS, limitsOf } from "../config/limit-options.ts";
import { loadConfig } from "../config/load.ts";
import { OPTION_NAMES, optionSpec } from "../config/options.ts";
import { SERVER_LIMIT_OPTIONS, serverLimitsOf } from "../config/server-limit-options.ts";
import { type CommandLine, openCommandLine } from "./cli-fixture.ts";
import { COMMANDS } from "./commands.ts";

let line: CommandLine;
beforeEach(async () => {
  line = await openCommandLine();
});
afterEach(() => line.close());

/** What `syncline config` says an option is. */
async function shown(name: string, args: readonly string[], env: Record<string, string> = {}) {
  const { code, out, err } = await line.run(["config", "--json", ...args], { env });
  if (code !== 0) return err;
  const rows = JSON.parse(out) as { name: string; value: unknown; source: string }[];
  const row = rows.find((one) => one.name === name);
  return [row?.value, row?.source];
}

describe("flags", () => {
  it.each([
    [["--accounts"], true],
    [["--accounts", "true"], true],
    [["--accounts", "false"], false],
    [["--accounts=false"], false],
    [["--accounts", "0"], false],
    [["--no-accounts"], false],
  ])("%j says %j of accounts", async (args, value) => {
    expect(await shown("accounts", args)).toEqual([value, "--accounts"]);
  });

  it.each([
    [["--accounts=banana"], "takes true or false"],
    [["--accounts", "banana"], "one argument too many"],
    [["--json=maybe"], "takes true or false"],
    [["--port", "1", "--port", "2"], "--port is given twice"],
    [["--no-port"], "there is no flag --no-port"],
    [["stray"], "one argument too many"],
  ])("%j is refused: %s", async (args, words) => {
    const { code, err } = await line.run(["config", ...args]);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });

  it("every command refuses arguments that it does not take, before it does anything", async () => {
    for (const name of COMMANDS.keys()) {
      const { code, out, err } = await line.run([name, ..."abcdefgh"]);
      expect([name, code, out, err]).toEqual([name, 2, "", expect.stringMatching(/See syncline/)]);
    }
  });
});

describe("values", () => {
  it.each([
    [["--port", "0x10"], "port"],
    [["--port", "1e3"], "port"],
    [["--port", "8080 "], "port"],
    [["--port", "80.0"], "port"],
    [["--trust-proxy", "banana"], "trustProxy"],
    [["--trust-proxy", "10.0.0.0/99"], "trustProxy"],
    [["--cors-origins", "example.com/"], "corsOrigins"],
    [["--cors-origins", "https://example.com/"], "browsers send https://example.com"],
    [["--cors-origins", "https://a.example,,"], "corsOrigins"],
    [["--database-url", "mysql://a/b"], "databaseUrl"],
    [["--redis-url", "localhost:6379"], "redisUrl"],
    [["--nats-url", "nats://a:1,b:2"], "natsUrl"],
    [["--jwks-url", "ftp://a"], "jwksUrl"],
    [["--body-bytes", "0"], "bodyBytes"],
    [["--mode", "prod"], "mode"],
    [["--dialects", "mana,manna"], "manna is none of"],
  ])("%j is refused by name", async (args, words) => {
    const { code, err } = await line.run(["serve", ...args]);
    expect([code, err]).toEqual([1, expect.stringContaining(words)]);
    expect(err).toMatch(/^config: /);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it("addresses, networks and names of networks are proxies that can be trusted", async () => {
    const given = "10.0.0.7,10.0.0.0/8,::1,loopback,uniquelocal";
    expect(await shown("trustProxy", ["--trust-proxy", given])).toEqual([
      given.split(","),
      "--trust-proxy",
    ]);
  });
});

describe("secrets", () => {
  const secrets = OPTION_NAMES.filter((name) => optionSpec(name).secret === true);
  const sample = (name: string) =>
    ({
      databaseUrl: "postgres://u:hush@h/n",
      redisUrl: "redis://:hush@h",
      natsUrl: "nats://u:hush@h",
      smtpUrl: "smtps://u:hush@h",
    })[name] ?? "hush hush hush hush hush hush hush hush";

  it.each(secrets)(
    "%s may be in a file: by variable, by flag, by the configuration's file",
    async (name) => {
      const { env, flag } = optionSpec(name);
      const wanted = sample(name);
      await writeFile(join(line.cwd, "secret"), `${wanted}\n`);
      await writeFile(join(line.cwd, "other.toml"), `${name}File = "secret"\n`);
      const ways = [
        { env: { [`${env}_FILE`]: "secret" }, flags: {} },
        { env: {}, flags: { [`${flag}-file`]: "secret" } },
        { env: {}, flags: {}, file: "other.toml" },
      ];
      for (const way of ways) {
        const { values } = await loadConfig({ cwd: line.cwd, ...way });
        expect(values[name]).toBe(wanted);
      }
      expect(await shown(name, [`--${flag}-file`, "secret"])).toEqual([
        "(hidden)",
        `--${flag}-file`,
      ]);
      expect(await shown(name, [`--${flag}-file`, "nowhere"])).toContain("cannot be read");
      expect(await shown(name, [], { [env]: wanted, [`${env}_FILE`]: "secret" })).toContain(
        "both given",
      );
    },
  );
});

describe("--config", () => {
  it("names the file, wherever it is, in place of the one in the working folder", async () => {
    await writeFile(join(line.cwd, "syncline.config.toml"), "port = 1\n");
    await writeFile(join(line.cwd, "other.toml"), "port = 2\n");
    expect(await shown("port", [])).toEqual([1, "syncline.config.toml"]);
    expect(await shown("port", ["--config", "other.toml"])).toEqual([2, "other.toml"]);
    expect(await shown("port", [], { SYNCLINE_CONFIG: "other.toml" })).toEqual([2, "other.toml"]);
    expect(await shown("port", ["--config", "none.toml"])).toContain("none.toml");
  });
});

describe("limits", () => {
  it("all are options, with a description, and reach the server under their own names", async () => {
    const { values } = await loadConfig({ cwd: line.cwd, env: {}, flags: {} });
    const { httpLimits, liveLimits } = serverLimitsOf(values);
    const options = { ...LIMIT_OPTIONS, ...SERVER_LIMIT_OPTIONS };
    const all = { ...limitsOf(values), ...httpLimits, ...liveLimits };
    expect(Object.keys(all)).toHaveLength(Object.keys(options).length);
    for (const spec of Object.values(options)) expect(spec.description).toContain(" ");
    expect(Object.values(all).every((value) => Number.isInteger(value))).toBe(true);
  });

  it("a server keeps to what it is told", async () => {
    const server = await line.serve(["--body-bytes", "1024"]);
    const answer = await fetch(`${server.url}/v1/todo/~/sync`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ clientId: "c".repeat(2_000) }),
    });
    expect(answer.status).toBe(413);
  });
});

it("help says what kind of value each flag takes", async () => {
  const { out } = await line.run(["serve", "--help"]);
  expect(out).toMatch(/--port <0–65535> /);
  expect(out).toMatch(/--accounts \[true\|false\] /);
  expect(out).toMatch(/--mode <development\|production> /);
  expect(out).toMatch(/--cors-origins <origin,…> /);
  expect(out).toContain("SYNCLINE_AUTH_SECRET, SYNCLINE_AUTH_SECRET_FILE");
  expect(out).toContain("--body-bytes");
});
