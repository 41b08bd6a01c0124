// The virtual network: loses, doubles, delays and reorders what passes between devices and servers.

import type { SeededRandom } from "@syncline/core/testing";
import type { Scheduler } from "./scheduler.ts";

/** What may go wrong on the way. Chances are numbers from 0 (never) to 1 (always). */
export interface NetworkFaults {
  /** A request is lost. */
  readonly dropRequest: number;
  /** The server did what it was asked for, and its answer is lost. */
  readonly dropResponse: number;
  /** A request arrives twice, the second time perhaps much later. */
  readonly duplicate: number;
  /** A proxy answers 503, 502 or 429 and hands nothing on. */
  readonly refuse: number;
  /** A proxy puts an error in the place of the server's answer. */
  readonly garble: number;
  /** A stream ends in the middle of a line. */
  readonly cutStream: number;
  /** A message takes up to `straggleMs`, and is overtaken by later ones. */
  readonly straggle: number;
  readonly straggleMs: number;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/** A network on which nothing goes wrong. */
export const CALM: NetworkFaults = {
  dropRequest: 0,
  dropResponse: 0,
  duplicate: 0,
  refuse: 0,
  garble: 0,
  cutStream: 0,
  straggle: 0,
  straggleMs: 90_000,
  minDelayMs: 5,
  maxDelayMs: 40,
};

/** `up`: from the device to the servers. */
export type Direction = "up" | "down" | "both";

export interface Network {
  faults(): NetworkFaults;
  setFaults(faults: Partial<NetworkFaults>): void;
  /** Cuts a device off, in one direction or both. */
  partition(device: string, direction: Direction): void;
  /** Joins a device again; everything when none is named. */
  join(device?: string): void;
  isCut(device: string, direction: "up" | "down"): boolean;
  /**
   * Sends a message.
   * @param message.lost told when it does not arrive and the sender is to hear of it (a reset connection)
   */
  send(message: Message): void;
  /** Decides by chance; the trace says what happened. */
  happens(fault: keyof NetworkFaults, device: string): boolean;
  delayMs(): number;
}

export interface Message {
  readonly device: string;
  readonly direction: "up" | "down";
  readonly arrived: () => void;
  readonly lost: () => void;
}

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  trace(what: string): void;
}

export function createNetwork({ scheduler, random, trace }: NetworkOptions): Network {
  let faults = CALM;
  const cuts = new Map<string, Direction>();

  const isCut = (device: string, direction: "up" | "down") => {
    const cut = cuts.get(device);
    return cut === "both" || cut === direction;
  };
  const delayMs = () => {
    if (random.chance(faults.straggle)) {
      trace("network straggle");
      return random.below(faults.straggleMs);
    }
    return faults.minDelayMs + random.below(faults.maxDelayMs - faults.minDelayMs + 1);
  };
  const happens = (fault: keyof NetworkFaults, device: string) => {
    if (!random.chance(faults[fault])) return false;
    trace(`network ${fault} ${device}`);
    return true;
  };

  return {
    faults: () => faults,
    setFaults: (changed) => {
      faults = { ...faults, ...changed };
    },
    partition(device, direction) {
      trace(`network partition ${device} ${direction}`);
      cuts.set(device, direction);
    },
    join(device) {
      if (device === undefined) cuts.clear();
      else cuts.delete(device);
      trace(`network join ${device ?? "all"}`);
    },
    isCut,
    send({ device, direction, arrived, lost }) {
      const drop = direction === "up" ? "dropRequest" : "dropResponse";
      if (isCut(device, direction) || happens(drop, device)) {
        // Half of what is lost is a connection reset, which is noticed; the rest is silence.
        if (random.chance(0.5)) scheduler.after(delayMs(), lost);
        return;
      }
      scheduler.after(delayMs(), arrived);
      if (direction === "up" && happens("duplicate", device)) {
        scheduler.after(delayMs() + random.below(faults.straggleMs), arrived);
      }
    },
    happens,
    delayMs,
  };
}
