// Reads a Dockerfile and does what it says in folders instead of images. It knows the instructions that ours uses and
// refuses all others: what passes here was done as it is written there.

import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join, matchesGlob, relative } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Instruction {
  readonly name: string;
  readonly value: string;
}

export interface Image {
  /** What is `/` in the image. */
  readonly root: string;
  readonly base: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  /** What is started: the entry point with its arguments. */
  readonly command: readonly string[];
  /** Asks whether what was started is well. */
  readonly healthcheck: readonly string[];
}

export interface BuildOptions {
  /** The Dockerfile's text. */
  readonly text: string;
  /** The folder that COPY takes from. */
  readonly context: string;
  /** Patterns of .dockerignore. */
  readonly ignored: readonly string[];
  /** Where the images are put, each in a folder of its own. */
  readonly folder: string;
  /** Of the programs that RUN starts. */
  readonly env: NodeJS.ProcessEnv;
}

/** The instructions, with continued lines put together. */
export function readInstructions(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", value = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, value: value.trim() };
    });
}

/** Builds all stages; gives the last one. */
export async function buildImage(options: BuildOptions): Promise<Image> {
  const stages = new Map<string, Image>();
  let image: Image | undefined;
  for (const { name, value } of readInstructions(options.text)) {
    if (name === "FROM") {
      const [base = "", , alias = "final"] = value.split(/\s+/);
      image = await emptyImage(join(options.folder, alias), base);
      stages.set(alias, image);
      continue;
    }
    if (image === undefined) throw new Error(`${name} stands before FROM.`);
    image = await apply({ name, value }, image, { ...options, stages });
  }
  if (image === undefined) throw new Error("The file has no stage.");
  return image;
}

async function emptyImage(root: string, base: string): Promise<Image> {
  await mkdir(root, { recursive: true });
  // The image has users that this machine has not.
  await mkdir(join(root, ".shims"));
  await writeFile(join(root, ".shims/chown"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const nothing = { user: undefined, volumes: [], ports: [], command: [], healthcheck: [] };
  return { ...nothing, root, base, workdir: "/", env: {} };
}

async function apply(
  { name, value }: Instruction,
  image: Image,
  options: BuildOptions & { readonly stages: Map<string, Image> },
): Promise<Image> {
  switch (name) {
    case "WORKDIR":
      await mkdir(join(image.root, value), { recursive: true });
      return { ...image, workdir: value };
    case "COPY":
      await copy(value, image, options);
      return image;
    case "RUN":
      await shell(value, image, options.env);
      return image;
    case "ENV":
      return { ...image, env: { ...image.env, ...pairsOf(value) } };
    case "USER":
      return { ...image, user: value };
    case "VOLUME":
      return { ...image, volumes: [...image.volumes, value] };
    case "EXPOSE":
      return { ...image, ports: [...image.ports, value] };
    case "HEALTHCHECK":
      return { ...image, healthcheck: wordsOf(value.slice(value.indexOf("CMD") + 3)) };
    case "ENTRYPOINT":
      return { ...image, command: wordsOf(value) };
    case "CMD":
      return { ...image, command: [...image.command, ...wordsOf(value)] };
    default:
      throw new Error(`The instruction ${name} is not known here: have the reader do it.`);
  }
}

async function copy(
  value: string,
  image: Image,
  { stages, context, ignored }: BuildOptions & { readonly stages: Map<string, Image> },
): Promise<void> {
  const [, stage, from = "", to = ""] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(value) ?? [];
  const source = stage === undefined ? context : stages.get(stage)?.root;
  if (source === undefined) throw new Error(`There is no stage ${stage}.`);
  const target = to.startsWith("/") ? to : join(image.workdir, to);
  await cp(join(source, from), join(image.root, target), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) =>
      stage !== undefined ||
      !ignored.some((pattern) => matchesGlob(relative(context, path), pattern)),
  });
}

/** Runs a line as the image's shell would, whose paths begin in the image's folder. */
async function shell(line: string, image: Image, env: NodeJS.ProcessEnv): Promise<void> {
  const inside = line.replaceAll(/(?<=\s)\/(?!dev\/)/g, `${image.root}/`);
  const path = [join(image.root, ".shims"), env["PATH"]].join(delimiter);
  await run("sh", ["-euc", inside], {
    cwd: join(image.root, image.workdir),
    env: { ...env, ...image.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
  });
}

function pairsOf(value: string): Record<string, string> {
  return Object.fromEntries(value.split(/\s+/).map((pair) => pair.split("=", 2)));
}

function wordsOf(value: string): string[] {
  return JSON.parse(value) as string[]; // the form without a shell; anything else is no JSON
}
