// Kills in every run of the tests.

import { describeKills } from "./describe-kills.ts";

describeKills(10);
