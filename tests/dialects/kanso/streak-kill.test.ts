// The streak worker when its server is killed: once here, more often in the long part.

import { describeStreakKills } from "./describe-streak-kills.ts";

describeStreakKills({ kills: 1, days: 30 });
