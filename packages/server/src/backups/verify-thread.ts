// The thread that verifies a backup: see verify-aside.ts.

import { parentPort, workerData } from "node:worker_threads";
import { isSynclineError } from "@syncline/core";
import { verifyBackup } from "../store/sqlite/verify.ts";
import type { VerifyReport } from "./verify-aside.ts";

function report(): VerifyReport {
  try {
    return { type: "sound", verified: verifyBackup(String(workerData)) };
  } catch (thrown) {
    if (!isSynclineError(thrown)) throw thrown;
    return { type: "refused", code: thrown.code, message: thrown.message };
  }
}

parentPort?.postMessage(report());
