// npm run check: asks everything of tools/check-steps.ts, and says what is wrong.

import { checkSteps, runSteps } from "./check-steps.ts";

const steps = checkSteps(new URL("../", import.meta.url));
process.exitCode = (await runSteps(steps, console.log)) === 0 ? 0 : 1;
