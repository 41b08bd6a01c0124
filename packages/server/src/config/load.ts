// Loading the configuration: defaults < file < environment < flags. All problems are found at once.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SynclineError } from "@syncline/core";
import { parse as parseToml } from "smol-toml";
import { nearest } from "../cli/nearest.ts";
import { checkValue } from "./check-value.ts";
import type { OptionSpec } from "./option-spec.ts";
import { type Config, OPTION_NAMES, type OptionName, optionSpec } from "./options.ts";

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
  /** The file with options; one of the working folder, if there is one, where left out. */
  readonly file?: string;
  /** Instead of the declared defaults. */
  readonly defaults?: Partial<Config>;
}

interface Given {
  readonly value: unknown;
  readonly source: string;
}

/** What a file may say: the options, and for secrets the files that they are in. */
const KEYS: readonly string[] = OPTION_NAMES.flatMap((name) =>
  optionSpec(name).secret === true ? [name, `${name}File`] : [name],
);
const FILES = ["syncline.config.ts", "syncline.config.toml"];

/** @throws {SynclineError} `config` with all problems in one message */
export async function loadConfig({
  cwd,
  env,
  flags,
  file: configFile,
  defaults = {},
}: ConfigInput): Promise<LoadedConfig> {
  const problems: string[] = [];
  const file = await readFile(cwd, configFile, problems);
  const values = new Map<OptionName, unknown>();
  const sources = new Map<OptionName, string>();
  for (const name of OPTION_NAMES) {
    const spec = optionSpec(name);
    const places = { cwd, flags, env, file, variables: variablesOf(spec, values), problems };
    const given = find(name, spec, places);
    sources.set(name, given?.source ?? "default");
    if (given === undefined) {
      values.set(name, defaults[name] ?? spec.default);
      continue;
    }
    const checked = checkValue(given.value, spec);
    if ("problem" in checked) problems.push(`${name} (${given.source}): ${checked.problem}`);
    else values.set(name, checked.value);
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
  readonly cwd: string;
  readonly flags: ConfigInput["flags"];
  readonly env: ConfigInput["env"];
  readonly file: ReadonlyMap<string, Given>;
  readonly variables: readonly string[];
  readonly problems: string[];
}

/** Flags come before variables, and these before the file; in each place a secret may be in a file of its own. */
function find(name: OptionName, spec: OptionSpec, places: Places): Given | undefined {
  const { flags, env, file, variables } = places;
  const asFlag = (flag: string): Given | undefined => {
    const value = flags[flag];
    return value === undefined ? undefined : { value, source: `--${flag}` };
  };
  const asVariable = (source: string): Given | undefined => {
    const value = env[source];
    return value === undefined || value === "" ? undefined : { value, source };
  };
  const candidates: readonly [plain: Given | undefined, inFile: Given | undefined][] = [
    [asFlag(spec.flag), asFlag(`${spec.flag}-file`)],
    ...variables.map((one): [Given | undefined, Given | undefined] => [
      asVariable(one),
      spec.secret === true ? asVariable(`${one}_FILE`) : undefined,
    ]),
    [file.get(name), file.get(`${name}File`)],
  ];
  for (const [plain, inFile] of candidates) {
    if (plain !== undefined && inFile !== undefined)
      places.problems.push(`${name}: ${plain.source} and ${inFile.source} are both given`);
    if (plain !== undefined) return plain;
    if (inFile !== undefined && spec.secret === true) return readSecret(name, inFile, places);
  }
  return undefined;
}

function readSecret(
  name: OptionName,
  { value, source }: Given,
  { cwd, problems }: Places,
): Given | undefined {
  try {
    const text = readFileSync(resolve(cwd, String(value)), "utf8").replace(/\r?\n$/, "");
    return { value: text, source };
  } catch {
    problems.push(`${name} (${source}): the file ${String(value)} cannot be read`);
    return undefined;
  }
}

async function readFile(
  cwd: string,
  wanted: string | undefined,
  problems: string[],
): Promise<Map<string, Given>> {
  const name = wanted ?? FILES.find((candidate) => existsSync(join(cwd, candidate)));
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
    if (KEYS.includes(key)) given.set(key, { value, source: name });
    else problems.push(`${key} (${name}): there is no such option${nearest(key, KEYS)}`);
  }
  return given;
}
