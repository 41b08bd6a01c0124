// Random requests and messages to everything for 4 seconds. For longer: npm run fuzz -- --minutes 5 --seed 7

import { describeFuzz } from "./describe-fuzz.ts";

describeFuzz(4_000);
