// @syncline/server/cli: the syncline command, for programs that start it with an app of theirs.

export { type MainOptions, main } from "./main.ts";
