// Started beside a run of the tests: when the one who started it is gone, however it ended, this ends what the run has left.

import { existsSync } from "node:fs";
import { sweep } from "./left-over.ts";

const [folder = "", session] = process.argv.slice(2);

// The other end of this pipe closes with the process that holds it; no signal can prevent that.
process.stdin.resume();
process.stdin.once("end", () => {
  if (existsSync(folder)) void bury();
});

async function bury(): Promise<void> {
  await sweep({ folder, session: Number(session) }, { patienceMs: 0 });
}
