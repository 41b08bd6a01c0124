// The commands by name, in the order that help shows them.

import { audit } from "./audit.ts";
import { backup } from "./backup.ts";
import type { Command } from "./command.ts";
import { compact } from "./compact.ts";
import { config } from "./config.ts";
import { consumers } from "./consumers.ts";
import { doctor } from "./doctor.ts";
import { erase } from "./erase.ts";
import { exportCommand } from "./export.ts";
import { explain, history, tail } from "./history.ts";
import { importCommand } from "./import.ts";
import { keys } from "./keys.ts";
import { mana } from "./mana.ts";
import { migrate } from "./migrate.ts";
import { move } from "./move.ts";
import { restore } from "./restore.ts";
import { serve } from "./serve.ts";
import { spaces } from "./spaces.ts";
import { token } from "./token.ts";
import { users } from "./users.ts";
import { version } from "./version.ts";

export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["serve", serve],
  ["config", config],
  ["token", token],
  ["keys", keys],
  ["users", users],
  ["erase", erase],
  ["audit", audit],
  ["spaces", spaces],
  ["import", importCommand],
  ["export", exportCommand],
  ["tail", tail],
  ["explain", explain],
  ["history", history],
  ["consumers", consumers],
  ["compact", compact],
  ["backup", backup],
  ["restore", restore],
  ["mana", mana],
  ["migrate", migrate],
  ["move", move],
  ["doctor", doctor],
  ["version", version],
]);
