// The live feed over server-sent events: one stream a space, for networks that let no socket through.

import { SynclineError } from "@syncline/core";
import type { Environment } from "../environment.ts";
import { backoffMs } from "../sync/backoff.ts";
import type { HttpTransport } from "./http.ts";
import type { LiveFeed } from "./port.ts";
import { isLiveFrame, isPeer } from "./shapes.ts";

export interface EventFeedOptions {
  readonly http: HttpTransport;
  readonly environment: Environment;
  /** Several tries in a row did not lead to a stream. */
  onUnusable(): void;
}

export interface EventFeed extends LiveFeed {
  close(): void;
}

const TRIES = 3;
const RECONNECT = { baseMs: 2_000, capMs: 60_000 };
/** The server sends a sign of life more often than this. */
const QUIET_MS = 60_000;

export function createEventFeed({ http, environment, onUnusable }: EventFeedOptions): EventFeed {
  const ends = new Set<() => void>();
  let failures = 0;

  return {
    follow(space, listener) {
      let over = false;
      let wasUp = false;
      let cancelRetry = () => {};
      let cut = new AbortController();
      const end = () => {
        over = true;
        ends.delete(end);
        cancelRetry();
        cut.abort();
      };
      ends.add(end);

      function open(): void {
        cut = new AbortController();
        run(cut).catch(() => undefined);
      }

      async function run({ signal }: AbortController): Promise<void> {
        let up = false;
        let lost = false;
        try {
          const request = await listener.request();
          const body = await http.events(space, request, { signal });
          for await (const { event, data } of readEvents(body, environment, () => cut.abort())) {
            if (over) return;
            if (event === "presence" && isPeer(data)) listener.peer(data);
            if (event !== "changes") continue;
            if (!isLiveFrame(data) || data.more) {
              lost = true;
              break;
            }
            failures = 0;
            if (!up) {
              up = true;
              wasUp = true;
              listener.up();
            }
            listener.frame(data);
          }
        } catch (thrown) {
          // A cursor that is refused does not become better by asking again.
          const code = thrown instanceof SynclineError ? thrown.code : "offline";
          lost = code !== "offline" && code !== "unavailable" && code !== "aborted";
          // Who was never let in asks again by other means, from time to time.
          if (code === "forbidden" && !wasUp) return end();
        }
        if (over) return;
        if (up) listener.down();
        if (lost) {
          end();
          listener.lost();
          return;
        }
        failures += 1;
        if (failures >= TRIES) onUnusable();
        if (over) return;
        const ms = backoffMs(failures, environment.random(), undefined, RECONNECT);
        cancelRetry = environment.setTimer(open, ms);
      }

      open();
      return { present: () => undefined, close: end };
    },
    close() {
      for (const end of [...ends]) end();
    },
  };
}

interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads a stream's events; `stalled` is called when nothing was heard for too long. */
async function* readEvents(
  body: ReadableStream<Uint8Array>,
  environment: Environment,
  stalled: () => void,
): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let cancelQuiet = () => {};
  try {
    for (;;) {
      cancelQuiet = environment.setTimer(stalled, QUIET_MS);
      const { done, value } = await reader.read();
      cancelQuiet();
      if (done) return;
      const parts = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const event = /^event: (.*)$/m.exec(part)?.[1];
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) };
      }
    }
  } finally {
    cancelQuiet();
    reader.cancel().catch(() => undefined); // it may have broken already
  }
}
