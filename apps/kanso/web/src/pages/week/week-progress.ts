// The progress of the week that is shown, kept for the grid and its totals.

import { createProgressOf } from "../../data/kept-progress.ts";

export const weekProgressOf = createProgressOf();
