// Every variable that the three originals read: it counts here, or the start names what is read in its place.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runCommand } from "@syncline/server/cli";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SharedDatabase, sharedDatabase } from "../shared-postgres.ts";

const KANSO = fileURLToPath(new URL("../../apps/kanso/server/src/apps.ts", import.meta.url));
const SECRET = "a secret of thirty-two bytes or more";

/** As an operator of each has them set; the database is one of the test's. */
const ORIGINALS = {
  kanso: {
    args: ["--apps", KANSO, "--accounts", "--port", "0"],
    env: {
      PORT: "8080",
      DB_HOST: "localhost",
      DB_PORT: "5432",
      DB_USER: "kanso_user",
      DB_PASSWORD: "secret",
      DB_NAME: "kanso_db",
      DB_SSLMODE: "disable",
      REDIS_HOST: "localhost",
      REDIS_PORT: "6379",
      REDIS_PASSWORD: "secret_redis_pass_local",
      JWT_SECRET: SECRET,
      JWT_ISSUER: "kanso-docker",
      JWT_EXPIRATION: "72h",
      GIN_MODE: "release",
    },
  },
  simple: {
    args: ["--dialects", "simple"],
    env: {
      PORT: "0",
      JWT_SECRET: SECRET,
      ENVIRONMENT: "production",
      DB_PATH: "./data/simple-sync.db",
    },
  },
  mana: {
    args: ["--dialects", "mana"],
    env: {
      PORT: "0",
      DATABASE_URL: "",
      JWKS_URL: "http://localhost:3001/api/auth/jwks",
      CORS_ORIGINS: "http://localhost:5173,http://localhost:5188",
      MANA_CREDITS_URL: "http://localhost:3061",
      MANA_AUTH_URL: "http://localhost:3001",
      MANA_SERVICE_KEY: "dev-service-key",
    },
  },
} satisfies { [name: string]: { args: string[]; env: { [name: string]: string } } };

let cwd: string;
let database: SharedDatabase;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "syncline-variables-"));
  database = await sharedDatabase();
});
afterEach(async () => {
  database.close();
  await rm(cwd, { recursive: true, force: true });
});

async function run(args: readonly string[], env: { readonly [name: string]: string }) {
  const stop = new AbortController();
  const said = { out: "", err: "" };
  const code = await runCommand(args, {
    stdout: {
      write(text) {
        said.out += text;
        // What it says of variables comes at once after that it serves.
        if (text.includes("http://127.0.0.1")) setTimeout(() => stop.abort());
      },
    },
    stderr: { write: (text) => (said.err += text) },
    stdin: Readable.from([]),
    env,
    cwd,
    signal: stop.signal,
  });
  return { code, ...said };
}

test.each(Object.entries(ORIGINALS))(
  "nothing that %s read is passed over in silence",
  async (_name, original) => {
    const env: { [name: string]: string } = { ...original.env };
    if ("DATABASE_URL" in env) env["DATABASE_URL"] = database.url;
    const { out } = await run(["config", "--json", ...original.args], env);
    const options = JSON.parse(out) as readonly { source: string }[];
    const read = new Set(options.map(({ source }) => source));
    const serving = await run(["serve", ...original.args], env);
    expect(serving.code).toBe(0);
    const named = new Set(
      [...serving.err.matchAll(/^(\w+) is set and not read\. What is read here: \w/gm)].map(
        ([, name = ""]) => name,
      ),
    );
    for (const name of Object.keys(env))
      expect([name, read.has(name) !== named.has(name)]).toEqual([name, true]);
    // Neither a secret nor any other value is told.
    expect(serving.err).not.toContain(SECRET);
    expect(serving.err).not.toContain("secret_redis_pass_local");
    // What is not set is not spoken of.
    const quiet = await run(["serve", ...original.args], { SYNCLINE_PORT: "0" });
    expect([quiet.code, quiet.err]).toEqual([0, expect.not.stringContaining("not read")]);
  },
);
