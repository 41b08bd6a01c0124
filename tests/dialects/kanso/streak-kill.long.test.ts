// The streak worker when its server is killed again and again.

import { describeStreakKills } from "./describe-streak-kills.ts";

describeStreakKills({ kills: 3, days: 90 });
