// Kills of the long part.

import { describeKills } from "./describe-kills.ts";

describeKills(50);
