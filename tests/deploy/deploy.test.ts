// What lies in deploy/ fits the server: names of the environment, routes, metrics, commands.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
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
  "mana.compose.yaml",
  "syncline.service",
  "kubernetes/syncline.yaml",
] as const;
const read = (name: string) => readFile(join(ROOT, "deploy", name), "utf8");

test.each(["compose.yaml", "mana.compose.yaml", "kubernetes/syncline.yaml", "alerts.yaml"])(
  "%s is sound YAML",
  async (name) => {
    for (const document of parseAllDocuments(await read(name))) expect(document.errors).toEqual([]);
  },
);

test("every name of the environment is one that the server knows", async () => {
  const reference = await readFile(join(ROOT, "docs/configuration.md"), "utf8");
  const known = new Set(reference.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g));
  for (const name of FILES) {
    const used = (await read(name)).match(/\b(?:SYNCLINE_[A-Z_]+|[A-Z]+_URL(?:_FILE)?)\b/g) ?? [];
    expect([name, used.filter((one) => !known.has(one))]).toEqual([name, []]);
  }
});

test("probes ask for routes that answer, and alerts for metrics that there are", async () => {
  await using server = await startTestServer();
  await (await server.call("alice", "/v1/todo/~/changes")).arrayBuffer();
  const paths =
    (await read("kubernetes/syncline.yaml")).match(/(?<=(?:httpGet: { |io\/)path: )\/[a-z]+/g) ??
    [];
  expect(new Set(paths)).toEqual(new Set(["/metrics", "/health", "/ready"]));
  for (const path of new Set(paths)) expect((await fetch(server.url + path)).status).toBe(200);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  // Figures of consumers are there once one runs.
  const named = (await read("alerts.yaml")) + (await read("grafana-dashboard.json"));
  const wanted = new Set(named.match(/\b(?:syncline|nodejs|process)_[a-z_0-9]+/g));
  expect(
    [...wanted].filter(
      (name) => !metrics.includes(`# TYPE ${name.replace(/_(bucket|count)$/, "")} `),
    ),
  ).toEqual([]);
});

test("the dashboard has a panel for each figure of Syncline's, none twice in one place", async () => {
  await using server = await startTestServer();
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const { panels } = JSON.parse(await read("grafana-dashboard.json")) as {
    panels: { id: number; gridPos: { x: number; y: number }; targets: { expr: string }[] }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
  const shown = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join(" ");
  const names = [...metrics.matchAll(/^# TYPE (syncline_\S+)/gm)].map(([, name = ""]) => name);
  const NOT_DRAWN = [
    // Alerts watch them; a curve of them says nothing.
    ...["syncline_rate_limits_alone", "syncline_gate_total", "syncline_consumer_entries_total"],
    ...[
      "syncline_bus_losses_total",
      "syncline_database_outages_total",
      "syncline_backup_failures_total",
    ],
    ...["syncline_delta_records", "syncline_delta_bytes"],
  ];
  expect(names.filter((name) => !shown.includes(name))).toEqual(
    names.filter((name) => NOT_DRAWN.includes(name)),
  );
});

test("keys are made once, each for its user alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "syncline-keys-"));
  const make = () => execFileSync("sh", [join(ROOT, "deploy/make-keys.sh"), folder]);
  const keys = async () =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(folder)).map(async (name) => [
          name,
          await readFile(join(folder, name), "utf8"),
        ]),
      ),
    ) as Record<string, string>;
  make();
  const made = await keys();
  expect(Object.keys(made).sort()).toEqual([
    "auth-secret",
    "database-url",
    "metrics-token",
    "postgres-password",
  ]);
  expect(made["auth-secret"]?.length).toBeGreaterThanOrEqual(32);
  expect(made["database-url"]).toBe(
    `postgres://syncline:${made["postgres-password"]}@postgres/syncline`,
  );
  for (const name of Object.keys(made))
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  make();
  expect(await keys()).toEqual(made);
  await rm(folder, { recursive: true, force: true });
});

test("what Kubernetes' objects name is there, and only clients' routes are published, with TLS", async () => {
  const documents = parseAllDocuments(await read("kubernetes/syncline.yaml")).map(
    (document) => document.toJS() as Manifest,
  );
  const named = (kind: string) =>
    documents.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
  for (const { apiVersion, kind, metadata } of documents)
    expect([kind, typeof apiVersion, typeof metadata.name]).toEqual([kind, "string", "string"]);
  expect(named("PodDisruptionBudget")).toEqual(["syncline"]);
  expect(named("CronJob")).toEqual(["syncline-backup", "syncline-compact"]);
  const text = await read("kubernetes/syncline.yaml");
  const claims = [...text.matchAll(/claimName: ([\w-]+)/g)].map(([, name]) => name);
  expect(named("PersistentVolumeClaim")).toEqual(claims);
  const maps = [...text.matchAll(/configMap: { name: ([\w-]+) }/g)].map(([, name]) => name);
  expect(named("ConfigMap")).toEqual(maps);
  const ingress = documents.find(({ kind }) => kind === "Ingress")?.spec as {
    tls: { hosts: string[] }[];
    rules: { host: string; http: { paths: { path: string }[] } }[];
  };
  expect(ingress.tls[0]?.hosts).toEqual(ingress.rules.map(({ host }) => host));
  const paths = ingress.rules.flatMap(({ http }) => http.paths.map(({ path }) => path));
  expect(paths).toEqual(["/v1", "/accounts", "/.well-known/jwks.json"]);
  for (const { kind, spec } of documents) {
    if (kind !== "CronJob") continue;
    const [container] = (spec as CronSpec).jobTemplate.spec.template.spec.containers;
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--conditions=syncline-source", BIN, ...(container?.args ?? []), "--help"],
      { encoding: "utf8" },
    );
    expect([container?.args, status, stderr]).toEqual([container?.args, 0, ""]);
  }
});

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}
interface CronSpec {
  readonly jobTemplate: {
    readonly spec: {
      readonly template: { readonly spec: { readonly containers: { args: string[] }[] } };
    };
  };
}

test.skipIf(!existsSync("/usr/bin/systemd-analyze"))(
  "systemd finds nothing wrong with the unit",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "syncline-unit-"));
    const unit = (await read("syncline.service")).replace(
      /^ExecStart=\S+/m,
      `ExecStart=${process.execPath}`,
    );
    const file = join(folder, "syncline.service");
    await writeFile(file, unit);
    const { status, stderr } = spawnSync("/usr/bin/systemd-analyze", ["verify", file], {
      encoding: "utf8",
    });
    expect([
      status,
      stderr.split("\n").filter((line) => line.includes("syncline.service")),
    ]).toEqual([0, []]);
    await rm(folder, { recursive: true, force: true });
  },
);

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
