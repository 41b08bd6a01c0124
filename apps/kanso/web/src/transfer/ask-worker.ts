// Asks the worker for one thing; it ends with its answer, or when it is not wanted any more.

import type { FileDamage } from "@syncline/kanso-domain";
import type { Answer, FileProblem, Order } from "./messages.ts";

export class FileError extends Error {
  readonly problem: FileProblem;
  readonly damage: FileDamage | null;
  constructor(problem: FileProblem, damage: FileDamage | null) {
    super(problem);
    this.name = "FileError";
    this.problem = problem;
    this.damage = damage;
  }
}

type Good = Exclude<Answer, { type: "failed" }>;

/** @throws {FileError} */
export async function askWorker(order: Order, signal?: AbortSignal): Promise<Good> {
  const worker = new Worker(new URL("./transfer-worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Good>((resolve, reject) => {
      const stop = () => reject(signal?.reason);
      signal?.addEventListener("abort", stop, { once: true });
      worker.onmessage = ({ data }: MessageEvent<Answer>) =>
        data.type === "failed" ? reject(new FileError(data.problem, data.damage)) : resolve(data);
      // It has no room for what it was given, or could not be loaded.
      worker.onerror = () => reject(new FileError("damaged", null));
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}
