// The device: its client id and its clock, shared by all of its spaces.

import {
  CLOCK_START,
  type ClockState,
  formatTime,
  isTime,
  parseTime,
  receive,
  type Time,
  tick,
} from "@syncline/core";
import type { Environment } from "./environment.ts";
import type { LocalStore } from "./store/port.ts";
import { laterClock } from "./store/rules.ts";

export interface Device {
  clientId(): string;
  clock(): ClockState;
  /** Takes a reading. It is kept with the write that it belongs to. */
  time(): Time;
  /** Follows times that the server stored: those are bounded by the server's own clock. What is no time is left out. */
  observe(times: Iterable<Time>): void;
  /** Takes a new client id for all spaces, and numbers everything pending anew. */
  rename(): Promise<void>;
  /** Takes up what another tab has changed: the clock that it read, the client id that it took. */
  reload(): Promise<void>;
}

/** @param onUnreadable told of what the server gave for a time and is none */
export async function openDevice(
  store: LocalStore,
  environment: Environment,
  onUnreadable: (text: string) => void,
): Promise<Device> {
  // Opening writes only on a new device: one whose medium is full can still be read.
  const held =
    (await store.device()) ??
    (await store.initialise({
      clientId: newClientId(environment),
      clock: CLOCK_START,
      userId: null,
    }));
  let { clientId, clock } = held;
  const follow = (reading: ClockState) => {
    clock = receive(clock, reading, environment.now(), Number.POSITIVE_INFINITY);
  };
  return {
    clientId: () => clientId,
    clock: () => clock,
    time() {
      clock = tick(clock, environment.now());
      return formatTime(clock, clientId);
    },
    observe(times) {
      for (const time of times) {
        if (isTime(time)) follow(parseTime(time));
        else onUnreadable(time);
      }
    },
    async rename() {
      const renamed = newClientId(environment);
      await store.renumber(renamed);
      clientId = renamed;
    },
    async reload() {
      const stored = await store.device();
      if (stored === undefined) return;
      clientId = stored.clientId;
      clock = laterClock(clock, stored.clock);
    },
  };
}

/** Short, because every time bears it. */
function newClientId(environment: Environment): string {
  return environment.randomId().replaceAll("-", "").slice(0, 16);
}
