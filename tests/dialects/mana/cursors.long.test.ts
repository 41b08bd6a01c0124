// Cursors of the long part.

import { describeCursors } from "./describe-cursors.ts";

describeCursors(200);
