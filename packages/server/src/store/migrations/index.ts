// The migrations in order. A released one is never edited: a change is a new file.

import * as spaces from "./001-spaces.ts";
import * as consumers from "./002-consumers.ts";
import * as accounts from "./003-accounts.ts";
import * as alarms from "./004-alarms.ts";
import * as settings from "./005-settings.ts";
import * as lineage from "./006-lineage.ts";
import * as numbers from "./007-numbers.ts";
import * as sharing from "./008-sharing.ts";
import * as accountLinks from "./009-account-links.ts";
import * as audit from "./010-audit.ts";
import * as locks from "./011-locks.ts";
import * as passkeys from "./012-passkeys.ts";

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  spaces,
  consumers,
  accounts,
  alarms,
  settings,
  lineage,
  numbers,
  sharing,
  accountLinks,
  audit,
  locks,
  passkeys,
];
