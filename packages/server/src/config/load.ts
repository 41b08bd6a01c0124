// Loading the configuration: defaults < file < environment < flags. All problems are found at once.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SynclineError } from "@syncline/core";
import { parse as parseToml } from "smol-toml";
import { nearest } from "../cli/nearest.ts";
import {
  type Config,
  OPTION_NAMES,
  type OptionName,
  type OptionSpec,
  optionSpec,
} from "./options.ts";

export interface LoadedConfig {
  readonly values: Config;
  /** Where each value came from: `default`, a file, a variable or a flag. */
  readonly sources: { readonly [name in OptionName]: string };
}

export interface ConfigInput {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Values of flags, by the flag's name. */
  readonly flags: { readonly [flag: string]: string | boolean | undefined };
  /** Instead of the declared defaults. */
  readonly defaults?: Partial<Config>;
}

interface Given {
  readonly value: unknown;
  readonly source: string;
}

const FILES = ["syncline.config.ts", "syncline.config.toml"];

/** @throws {SynclineError} `config` with all problems in one message */
export async function loadConfig({
  cwd,
  env,
  flags,
  defaults = {},
}: ConfigInput): Promise<LoadedConfig> {
  const problems: string[] = [];
  const file = await readFile(cwd, problems);
  const values = new Map<OptionName, unknown>();
  const sources = new Map<OptionName, string>();
  for (const name of OPTION_NAMES) {
    const spec = optionSpec(name);
    const given = find(name, spec, { flags, env, file, variables: variablesOf(spec, values) });
    sources.set(name, given?.source ?? "default");
    if (given === undefined) {
      values.set(name, defaults[name] ?? spec.default);
      continue;
    }
    const checked = checkValue(given.value, spec);
    if (checked.problem !== undefined)
      problems.push(`${name} (${given.source}): ${checked.problem}`);
    values.set(name, checked.value);
  }
  if (problems.length > 0) throw new SynclineError("config", problems.join("\n"));
  // Each value was checked against its declaration, whose types these are.
  return {
    values: Object.fromEntries(values) as unknown as Config,
    sources: Object.fromEntries(sources) as LoadedConfig["sources"],
  };
}

/** The option's variables that count, the first one first. */
function variablesOf(
  { env, dialectEnv }: OptionSpec,
  values: ReadonlyMap<string, unknown>,
): string[] {
  const dialects = values.get("dialects");
  const spoken: readonly unknown[] = Array.isArray(dialects) ? dialects : [];
  const theirs = Object.entries(dialectEnv ?? {}).filter(([dialect]) => spoken.includes(dialect));
  return [env, ...theirs.map(([, name]) => name)];
}

interface Places {
  readonly flags: ConfigInput["flags"];
  readonly env: ConfigInput["env"];
  readonly file: ReadonlyMap<string, Given>;
  readonly variables: readonly string[];
}

function find(name: OptionName, spec: OptionSpec, places: Places): Given | undefined {
  const { flags, env, file, variables } = places;
  const flag = flags[spec.flag];
  if (flag !== undefined) return { value: flag, source: `--${spec.flag}` };
  for (const source of variables) {
    const value = env[source];
    if (value !== undefined && value !== "") return { value, source };
  }
  return file.get(name);
}

async function readFile(cwd: string, problems: string[]): Promise<Map<string, Given>> {
  const name = FILES.find((candidate) => existsSync(join(cwd, candidate)));
  const given = new Map<string, Given>();
  if (name === undefined) return given;
  const path = resolve(cwd, name);
  let contents: unknown;
  try {
    contents = name.endsWith(".toml")
      ? parseToml(readFileSync(path, "utf8"))
      : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown);
    problems.push(`${name}: it cannot be read: ${reason}`);
    return given;
  }
  if (typeof contents !== "object" || contents === null) {
    problems.push(`${name}: it gives no options`);
    return given;
  }
  for (const [key, value] of Object.entries(contents)) {
    if (OPTION_NAMES.some((option) => option === key)) given.set(key, { value, source: name });
    else problems.push(`${key} (${name}): there is no such option${nearest(key, OPTION_NAMES)}`);
  }
  return given;
}

function checkValue(given: unknown, spec: OptionSpec): { value?: unknown; problem?: string } {
  switch (spec.kind) {
    case "number": {
      const value = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
      if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
        return { problem: `give a whole number from ${min} to ${max}, not ${show(given, spec)}` };
      }
      return { value };
    }
    case "boolean":
      if (given === true || given === "true" || given === "1") return { value: true };
      if (given === false || given === "false" || given === "0") return { value: false };
      return { problem: `give true or false, not ${show(given, spec)}` };
    case "list": {
      const list = typeof given === "string" ? given.split(",").map((part) => part.trim()) : given;
      if (!Array.isArray(list) || !list.every((part) => typeof part === "string" && part !== "")) {
        return { problem: `give names separated by commas, not ${show(given, spec)}` };
      }
      const strange = list.find((part) => spec.choices?.includes(part) === false);
      if (strange !== undefined)
        return { problem: `${strange} is none of ${spec.choices?.join(", ")}` };
      return { value: list };
    }
    case "choice":
      if (typeof given === "string" && spec.choices?.includes(given) === true)
        return { value: given };
      return { problem: `give one of ${spec.choices?.join(", ")}, not ${show(given, spec)}` };
    case "text":
      if (typeof given === "string" && given !== "") return { value: given };
      return { problem: `give a text, not ${show(given, spec)}` };
    default:
      return spec.kind satisfies never;
  }
}

function show(value: unknown, spec: OptionSpec): string {
  return spec.secret === true ? "what is there" : JSON.stringify(value);
}
