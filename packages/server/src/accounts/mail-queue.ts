// Mails on their way: whoever asks for one waits for none, so that no answer takes longer where there is somebody to write
// to. What waits is lost with the process: people ask again.

import { SynclineError } from "@syncline/core";
import type { Mail, SendMail } from "./mail.ts";

export interface MailQueue {
  /**
   * Finds out in its own time whether there is a mail to send, and sends it.
   * @throws {SynclineError} `unavailable` when too many wait
   */
  post(find: () => Promise<Mail | undefined>): void;
  /** Waits until nothing is on its way. */
  drain(): Promise<void>;
}

export interface MailQueueOptions {
  readonly send: SendMail;
  failed(what: string, thrown: unknown): void;
}

const MAX_RUNNING = 4;
const MAX_WAITING = 1_000;
const BUSY_RETRY_SECONDS = 30;

export function createMailQueue({ send, failed }: MailQueueOptions): MailQueue {
  const waiting: (() => Promise<Mail | undefined>)[] = [];
  const running = new Set<Promise<void>>();

  async function run(find: () => Promise<Mail | undefined>): Promise<void> {
    try {
      const mail = await find();
      if (mail !== undefined) await send(mail);
    } catch (thrown) {
      failed("sending a mail", thrown);
    }
  }

  function next(): void {
    while (running.size < MAX_RUNNING) {
      const find = waiting.shift();
      if (find === undefined) return;
      const work = run(find).then(() => {
        running.delete(work);
        next();
      });
      running.add(work);
    }
  }

  return {
    post(find) {
      if (waiting.length >= MAX_WAITING)
        throw new SynclineError("unavailable", "Too many mails wait to be sent.", {
          retryAfter: BUSY_RETRY_SECONDS,
        });
      waiting.push(find);
      next();
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
