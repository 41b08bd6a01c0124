// The command: reads its arguments, asks for what they leave open, writes the app, and says how to go on.

import { basename, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cancel, intro, isCancel, outro, select, text } from "@clack/prompts";
import {
  type Choices,
  FRAMEWORKS,
  type Framework,
  nameProblem,
  SIGN_INS,
  type SignIn,
} from "./choices.ts";
import { scaffold } from "./scaffold.ts";

const HELP = `Make an app that works offline and on all of a person's devices, with its server.

Usage: npm create syncline@latest [folder] [-- flags]

Flags:
  --framework <${Object.keys(FRAMEWORKS).join("|")}>   What the pages are made with
  --sign-in <${Object.keys(SIGN_INS).join("|")}>             Accounts on this server, or tokens of a sign-in that you have
  --yes                                  Ask nothing: React and accounts where nothing else is said
  --help                                 This text

Examples:
  npm create syncline@latest
  npm create syncline@latest shopping-list -- --framework svelte --yes
`;

/** @returns the program's exit code */
export async function main(args: readonly string[]): Promise<number> {
  let given: Given;
  try {
    given = read(args);
  } catch (thrown) {
    process.stderr.write(`${wordsOf(thrown)}\n\n${HELP}`);
    return 2;
  }
  if (given.help) {
    process.stdout.write(HELP);
    return 0;
  }
  // A program or a pipe cannot be asked.
  const asks = !given.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (asks) intro("A new Syncline app");
  const answers = asks ? await ask(given) : byDefault(given);
  if (answers === undefined) {
    cancel("Nothing was written.");
    return 1;
  }
  const { folder, ...choices } = answers;
  try {
    await scaffold(folder, choices);
  } catch (thrown) {
    process.stderr.write(`${wordsOf(thrown)}\n`);
    return 1;
  }
  const next = nextSteps(folder);
  if (asks) outro(next);
  else process.stdout.write(`${next}\n`);
  return 0;
}

interface Given {
  readonly folder: string | undefined;
  readonly framework: Framework | undefined;
  readonly signIn: SignIn | undefined;
  readonly yes: boolean;
  readonly help: boolean;
}

/** @throws {Error} naming what it does not know */
function read(args: readonly string[]): Given {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      framework: { type: "string" },
      "sign-in": { type: "string" },
      yes: { type: "boolean", short: "y", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [folder, ...more] = positionals;
  if (more.length > 0) throw new Error(`One folder is enough: what is "${more.join(" ")}"?`);
  return {
    folder,
    framework: oneOf("--framework", FRAMEWORKS, values.framework),
    signIn: oneOf("--sign-in", SIGN_INS, values["sign-in"]),
    yes: values.yes,
    help: values.help,
  };
}

function oneOf<Name extends string>(
  flag: string,
  choices: Readonly<Record<Name, object>>,
  value: string | undefined,
): Name | undefined {
  if (value === undefined) return undefined;
  const names = Object.keys(choices) as Name[]; // its own keys
  const found = names.find((name) => name === value);
  if (found === undefined)
    throw new Error(`${flag} is one of ${names.join(", ")}, not "${value}".`);
  return found;
}

type Answers = Choices & { readonly folder: string };
const DEFAULTS = { folder: "my-app", framework: "react", signIn: "accounts" } as const;

function byDefault({ folder, framework, signIn }: Given): Answers {
  return {
    ...placeOf(folder ?? DEFAULTS.folder),
    framework: framework ?? DEFAULTS.framework,
    signIn: signIn ?? DEFAULTS.signIn,
  };
}

/** @returns undefined: it was called off */
async function ask(given: Given): Promise<Answers | undefined> {
  const folder =
    given.folder ??
    (await text({
      message: "In which folder?",
      placeholder: DEFAULTS.folder,
      defaultValue: DEFAULTS.folder,
      validate: (value) => (value ? nameProblem(placeOf(value).name) : undefined),
    }));
  if (isCancel(folder)) return undefined;
  const framework =
    given.framework ??
    (await select<Framework>({
      message: "What are the pages made with?",
      options: optionsOf(FRAMEWORKS),
    }));
  if (isCancel(framework)) return undefined;
  const signIn =
    given.signIn ??
    (await select<SignIn>({ message: "Who signs people in?", options: optionsOf(SIGN_INS) }));
  if (isCancel(signIn)) return undefined;
  return { ...placeOf(folder), framework, signIn };
}

function optionsOf<Name extends string>(
  choices: Readonly<Record<Name, { readonly label: string; readonly hint?: string }>>,
): never {
  // Each is a value with its label; the library's type depends on what kind of value it is.
  return Object.entries(choices).map(([value, shown]) => ({
    value,
    ...(shown as object),
  })) as never;
}

function placeOf(folder: string) {
  const path = resolve(folder);
  return { folder: path, name: basename(path) };
}

function nextSteps(folder: string): string {
  const path = relative(process.cwd(), folder);
  return [
    ...(path === "" ? [] : [`cd ${path}`]),
    "npm install",
    "npm run dev     # opens on http://localhost:5173",
  ].join("\n");
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
