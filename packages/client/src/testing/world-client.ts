// A device, or a tab of one, in a world for tests.

import type { Definitions } from "../collections/definition.ts";
import type { Client } from "../open-client.ts";
import type { LocalStore } from "../store/port.ts";

/** A device of the world. */
export interface WorldClient<Collections extends Definitions> {
  readonly name: string;
  /** The client of this life; another object after each crash. */
  readonly client: Client<Collections>;
  readonly up: boolean;
  /** The number of its device: tabs of one device have the same. */
  readonly device: number;
  /** A frozen tab: nothing reaches it, nothing runs in it, and it keeps its lock. */
  readonly frozen: boolean;
  freeze(): void;
  thaw(): void;
  /** Its platform says that there is no network. */
  networkGone(): void;
  /** Breaks its live connection. */
  dropSocket(): void;
  /** The device loses power, or the tab is closed: what was not written to its store is gone. */
  crash(): void;
  /** It is switched on again, on the same store or on another one. */
  reopen(store?: LocalStore): Promise<void>;
  /** Sets how far its clock is off. */
  skew(ms: number): void;
  /** Crashes it at the next so-manieth step of its store. */
  crashAfterSteps(steps: number): void;
  /** Whether its store is full. */
  full(full: boolean): void;
  /** The store under all of its lives. */
  readonly store: LocalStore;
}
