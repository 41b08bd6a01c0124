// That the documentation mentions everything that is public, and that the public is documented where it is declared.

import { ERROR_CATALOGUE } from "../../packages/core/src/index.ts";
import { COMMANDS } from "../../packages/server/src/cli/commands.ts";
import { codeOfPages, undocumented, unmentioned } from "./mentions.ts";
import { readPublicApi } from "./public-api.ts";

/** @returns what is missing, a line each */
export function documentationProblems(root: URL): string[] {
  const entries = readPublicApi(root);
  const commands = [...COMMANDS].map(([name, { flags = {} }]) => ({
    name,
    flags: Object.keys(flags),
  }));
  const names = { entries, errors: Object.keys(ERROR_CATALOGUE), commands };
  return [
    ...unmentioned(names, codeOfPages(root)).map((name) => `No page of docs/ has in code: ${name}`),
    ...undocumented(entries).map((name) => `No doc comment says what this is: ${name}`),
  ];
}
