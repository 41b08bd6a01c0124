// Cursors in every run of the tests.

import { describeCursors } from "./describe-cursors.ts";

describeCursors(20);
