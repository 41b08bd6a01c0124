// @syncline/server/cli: the syncline command, for programs that start it with an app of theirs, and for their tests.

export { type MainOptions, main } from "./main.ts";
export { runCommand } from "./run-command.ts";
