// The virtual network: delays, loses, doubles and cuts what devices and server say to each other.

import { type ErrorBody, errorFromBody, isSynclineError, SynclineError } from "@syncline/core";
import type { SeededRandom } from "@syncline/core/testing";
import { readParts } from "../transport/ndjson.ts";
import type { CallOptions, StreamPart, StreamRequest, Transport } from "../transport/port.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** How bad the network is; all of it is a probability for each message, the delay aside. */
export interface NetworkFaults {
  readonly dropRequest: number;
  readonly dropResponse: number;
  readonly duplicate: number;
  /** A stream that ends in the middle. */
  readonly cutStream: number;
  readonly maxDelayMs: number;
}

/** A network that loses nothing, with delays of up to 20 ms. */
export const CALM: NetworkFaults = {
  dropRequest: 0,
  dropResponse: 0,
  duplicate: 0,
  cutStream: 0,
  maxDelayMs: 20,
};

/** The server as the network sees it; undefined results mean that it died while it worked. */
export interface VirtualServer {
  readonly up: () => boolean;
  /** Counts restarts: an answer of an earlier life reaches nobody. */
  readonly life: () => number;
  sync(space: string, request: string): Promise<string>;
  pull(space: string, request: string): Promise<string>;
  stream(space: string, request: string): Promise<string>;
  /** A call to the app, about no space in particular. */
  call(space: string, request: string): Promise<string>;
}

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly server: VirtualServer;
  readonly faults: () => NetworkFaults;
  /** Whether this device is cut off. */
  readonly cut: () => boolean;
  /** False once the device has crashed: nothing reaches it any more. */
  readonly alive: () => boolean;
  /** Runs what reaches the device when it can take it. */
  readonly whenAwake: (run: () => void) => void;
  readonly trace: (event: string) => void;
}

const TIMEOUT_MS = 30_000;

/** A device's way to the server. Everything crosses it as text, so that no two share an object. */
export function createVirtualTransport(options: NetworkOptions): Transport {
  const { time, random, server, trace } = options;

  function call(
    what: "sync" | "pull" | "stream" | "call",
    space: string,
    request: unknown,
    { signal }: CallOptions,
  ): Promise<string> {
    const text = JSON.stringify(request);
    if (signal.aborted) return Promise.reject(new SynclineError("aborted"));
    return new Promise<string>((resolve, reject) => {
      let done = false;
      const settle = (run: () => void) => {
        if (done || !options.alive()) return;
        done = true;
        stopTimeout();
        signal.removeEventListener("abort", abort);
        run();
      };
      const abort = () => settle(() => reject(new SynclineError("aborted")));
      const stopTimeout = time.at(TIMEOUT_MS, () =>
        options.whenAwake(() => settle(() => reject(new SynclineError("offline", "Timed out.")))),
      );
      signal.addEventListener("abort", abort, { once: true });
      const answer = (run: () => void) => {
        if (options.cut() || random.chance(options.faults().dropResponse)) {
          trace(`${what} response lost`);
          return;
        }
        time.at(delay(), () => options.whenAwake(() => settle(run)));
      };
      const deliver = () => {
        if (options.cut()) return;
        if (!server.up()) {
          answer(() => reject(new SynclineError("offline", "Connection refused.")));
          return;
        }
        const life = server.life();
        server[what](space, text).then(
          (response) => {
            if (server.life() === life) answer(() => resolve(response));
          },
          (thrown: unknown) => {
            if (server.life() === life) answer(() => reject(copyOf(thrown)));
          },
        );
      };
      trace(`${what} ${text.length}`);
      if (random.chance(options.faults().dropRequest)) {
        trace(`${what} request lost`);
        return;
      }
      time.at(delay(), deliver);
      if (random.chance(options.faults().duplicate)) {
        trace(`${what} request doubled`);
        time.at(delay() * 3, deliver);
      }
    });
  }

  const delay = () => 1 + random.below(Math.max(1, options.faults().maxDelayMs));

  return {
    sync: async (space, request, callOptions) =>
      JSON.parse(await call("sync", space, request, callOptions)),
    pull: async (space, request, callOptions) =>
      JSON.parse(await call("pull", space, request, callOptions)),
    call: async (request, callOptions) => JSON.parse(await call("call", "", request, callOptions)),
    async *stream(
      space: string,
      request: StreamRequest,
      callOptions: CallOptions,
    ): AsyncGenerator<StreamPart> {
      const text = await call("stream", space, request, callOptions);
      const cut = random.chance(options.faults().cutStream)
        ? random.below(text.length)
        : text.length;
      if (cut < text.length) trace(`stream cut at ${cut}`);
      const bytes = new TextEncoder().encode(text.slice(0, cut));
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes);
          controller.close();
        },
      });
      yield* readParts(body);
    },
    close: async () => {},
  };
}

/** An error as it would arrive: its body, not the object. */
function copyOf(thrown: unknown): SynclineError {
  if (!isSynclineError(thrown)) return new SynclineError("internal");
  return errorFromBody(JSON.parse(JSON.stringify(thrown.toBody())) as ErrorBody);
}
