// Convergence of the long part.

import { describeRounds } from "./describe-rounds.ts";

describeRounds(20);
