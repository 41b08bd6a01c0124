// Virtual sockets: the real sessions of a server at one end, the platform's face of a socket at the other.

import type { SeededRandom } from "@syncline/core/testing";
import type { VirtualTime } from "./virtual-time.ts";

/** The server's end of a socket, as its sessions want it. */
export interface ServerSocket {
  send(text: string): void;
  close(code: number): void;
}

/** What takes a socket at the server: undefined when nobody listens. */
export type Accept = (socket: ServerSocket) => ServerEnd | undefined;

export interface ServerEnd {
  message(text: string): void;
  closed(): void;
}

export interface VirtualSocketOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly accept: Accept;
  /** Messages take up to so long, and stay in order. */
  readonly maxDelayMs: () => number;
  /** Whether this device is cut off: what is sent then is lost, and nobody is told. */
  readonly cut: () => boolean;
  readonly alive: () => boolean;
  /** Runs what reaches the device when it can take it. */
  readonly whenAwake: (run: () => void) => void;
  readonly trace: (event: string) => void;
}

export interface VirtualSockets {
  /** For whoever wants the platform's class. */
  readonly WebSocket: typeof WebSocket;
  /** Breaks what is open; both ends hear of it. */
  drop(): void;
}

export function createVirtualSockets(options: VirtualSocketOptions): VirtualSockets {
  const { time, random, trace } = options;
  const open = new Set<VirtualSocket>();

  class VirtualSocket {
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    onerror: (() => void) | null = null;
    private upAt = 0;
    private downAt = 0;
    private end: ServerEnd | undefined;
    private over = false;

    constructor() {
      trace("socket opens");
      open.add(this);
      // Nobody answers across a cut, and the device finds out by itself.
      this.up(() => {
        this.end = options.accept({
          send: (text) => this.down(() => this.onmessage?.({ data: text })),
          close: (code) => this.down(() => this.finish(code)),
        });
        if (this.end === undefined) this.down(() => this.finish(1006));
        else this.down(() => this.onopen?.());
      });
    }

    send(text: string): void {
      if (!this.over) this.up(() => this.end?.message(text));
    }

    close(): void {
      if (this.over) return;
      this.over = true;
      open.delete(this);
      this.up(() => this.end?.closed());
    }

    /** The connection breaks. */
    break(): void {
      this.end?.closed();
      this.end = undefined;
      this.down(() => this.finish(1006));
    }

    private finish(code: number): void {
      if (this.over) return;
      this.over = true;
      open.delete(this);
      this.end?.closed();
      this.onclose?.({ code });
    }

    private up(run: () => void): void {
      this.upAt = Math.max(this.upAt, time.now() + delay());
      time.at(this.upAt - time.now(), () => options.alive() && !options.cut() && run());
    }

    private down(run: () => void): void {
      this.downAt = Math.max(this.downAt, time.now() + delay());
      time.at(this.downAt - time.now(), () => {
        if (!options.alive() || options.cut()) return;
        options.whenAwake(() => options.alive() && (!this.over ? run() : undefined));
      });
    }
  }

  const delay = () => 1 + random.below(Math.max(1, options.maxDelayMs()));

  return {
    WebSocket: VirtualSocket as unknown as typeof WebSocket, // the parts that the feed uses
    drop() {
      for (const socket of [...open]) socket.break();
    },
  };
}
