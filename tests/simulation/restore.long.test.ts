// The restores of the long part.

import { describeRestores } from "./describe-restores.ts";

describeRestores(400);
