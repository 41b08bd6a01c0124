// Convergence in every run of the tests.

import { describeRounds } from "./describe-rounds.ts";

describeRounds(4);
