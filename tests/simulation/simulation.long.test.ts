// The simulation's long part: 2,000 seeds twice.

import { describeSeeds } from "./describe-seeds.ts";

describeSeeds({ from: 1, seeds: 2_000, part: 500, often: 100 });
