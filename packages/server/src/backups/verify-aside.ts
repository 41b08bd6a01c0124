// Verifies a backup on a thread of its own: it reads the whole file, and nobody who syncs may wait for that.

import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type ErrorCode, SynclineError } from "@syncline/core";
import type { Verified } from "../store/sqlite/verify.ts";

export type VerifyReport =
  | { readonly type: "sound"; readonly verified: Verified }
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string };

/** @throws {SynclineError} as `verifyBackup` does */
export async function verifyAside(path: string): Promise<Verified> {
  const extension = extname(fileURLToPath(import.meta.url));
  const worker = new Worker(new URL(`./verify-thread${extension}`, import.meta.url), {
    workerData: path,
    execArgv: extension === ".ts" ? ["--conditions=syncline-source"] : [],
  });
  const report = await new Promise<VerifyReport>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The thread ended without a word.")));
  });
  if (report.type === "sound") return report.verified;
  throw new SynclineError(report.code, report.message);
}
