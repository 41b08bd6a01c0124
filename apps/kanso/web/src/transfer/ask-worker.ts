// Asks the worker for one thing; it ends with its answer, or when it is not wanted any more.

import type { Answer, FileProblem, Order } from "./messages.ts";

export class FileError extends Error {
  readonly problem: FileProblem;
  constructor(problem: FileProblem, detail: string) {
    super(detail);
    this.name = "FileError";
    this.problem = problem;
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
        data.type === "failed" ? reject(new FileError(data.problem, data.detail)) : resolve(data);
      // It has no room for what it was given, or could not be loaded.
      worker.onerror = ({ message }) => reject(new FileError("damaged", message));
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}
