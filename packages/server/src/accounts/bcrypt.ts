// Passwords that another system hashed with bcrypt: checked on a thread of its own, since it takes a third of a second of work.

import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** What the thread is asked. */
export interface BcryptQuestion {
  readonly password: string;
  readonly hash: string;
}

const FORM = /^\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/;
/** bcrypt reads no further: what follows would be no part of the password. */
const MAX_BYTES = 72;

export function isBcrypt(hash: string): boolean {
  return FORM.test(hash);
}

/** Whether the password is the one of a hash that `isBcrypt` knows. */
export async function isBcryptPassword(password: string, hash: string): Promise<boolean> {
  const isWhole = Buffer.byteLength(password) <= MAX_BYTES && !password.includes("\0");
  const extension = extname(fileURLToPath(import.meta.url));
  const question: BcryptQuestion = { password: isWhole ? password : "", hash };
  const worker = new Worker(new URL(`./bcrypt-thread${extension}`, import.meta.url), {
    workerData: question,
    execArgv: extension === ".ts" ? ["--conditions=syncline-source"] : [],
  });
  const isRight = await new Promise<boolean>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The thread ended without a word.")));
  });
  return isWhole && isRight;
}
