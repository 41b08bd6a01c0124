// Random requests and messages to everything for 20 seconds.

import { describeFuzz } from "./describe-fuzz.ts";

describeFuzz(20_000);
