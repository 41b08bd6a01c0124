// What lies in deploy/ fits the server: names of the environment, routes, metrics, commands.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTestServer } from "@syncline/server/testing";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BIN = join(ROOT, "packages/server/src/cli/bin.ts");
const FILES = [
  "Dockerfile",
  "compose.yaml",
  "example.env",
  "syncline.service",
  "kubernetes/syncline.yaml",
] as const;
const read = (name: string) => readFile(join(ROOT, "deploy", name), "utf8");

test.each(["compose.yaml", "kubernetes/syncline.yaml", "alerts.yaml"])(
  "%s is sound YAML",
  async (name) => {
    for (const document of parseAllDocuments(await read(name))) expect(document.errors).toEqual([]);
  },
);

test("every name of the environment is one that the server knows", async () => {
  const reference = await readFile(join(ROOT, "docs/configuration.md"), "utf8");
  const known = new Set(reference.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g));
  for (const name of FILES) {
    const used = (await read(name)).match(/\b(?:SYNCLINE_[A-Z_]+|[A-Z]+_URL)\b/g) ?? [];
    expect([name, used.filter((one) => !known.has(one))]).toEqual([name, []]);
  }
});

test("probes ask for routes that answer, and alerts for metrics that there are", async () => {
  await using server = await startTestServer();
  await (await server.call("alice", "/v1/todo/~/changes")).arrayBuffer();
  const paths = (await read("kubernetes/syncline.yaml")).match(/(?<=path: )\/[a-z]+/g) ?? [];
  expect(new Set(paths)).toEqual(new Set(["/metrics", "/health", "/ready"]));
  for (const path of new Set(paths)) expect((await fetch(server.url + path)).status).toBe(200);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const wanted = new Set((await read("alerts.yaml")).match(/\bsyncline_[a-z_]+/g));
  expect(
    [...wanted].filter(
      (name) => !metrics.includes(`# TYPE ${name.replace(/_(bucket|count)$/, "")} `),
    ),
  ).toEqual([]);
});

test("the unit's command starts a server in production, with the example's apps, and stops when told", async () => {
  const unit = await read("syncline.service");
  const [, line = ""] = /^ExecStart=\S+\/syncline (.+)$/m.exec(unit) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "syncline-unit-"));
  await writeFile(join(folder, "apps.mjs"), await read("apps/apps.mjs"));
  const args = line
    .replace("/var/lib/syncline", join(folder, "data"))
    .replace("/etc/syncline/apps.mjs", join(folder, "apps.mjs"))
    .split(" ");
  const child = spawn(
    process.execPath,
    ["--conditions=syncline-source", BIN, ...args, "--port", "0", "--json"],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SYNCLINE_AUTH_SECRET: "a secret of the unit's environment file" },
    },
  );
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const { url, apps } = JSON.parse(String(said)) as { url: string; apps: string };
  expect(apps).toBe("todo");
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  expect((await gone)[0]).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
