// Who follows spaces, and in which groups: what the hub keeps of them.

import type { SpaceAddress, SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Admitted, PullRequest } from "../engine/contract.ts";
import type { Frame } from "./frame.ts";
import type { Pushed } from "./pushed.ts";

/** Whoever is sent what happens in a space. */
export interface Sink {
  readonly principal: Principal;
  /** False: the reader is too slow, and the frame was not sent. */
  send(frame: Frame): boolean;
  /** It follows no more: its reader has fallen behind, and reads by itself before it follows again. */
  behind(): void;
  /** It follows no more, and why. */
  end(error: SynclineError): void;
}

export interface FollowRequest extends PullRequest {
  /** The space as the client names it: so it is named in frames. */
  readonly name: string;
  readonly address: SpaceAddress;
}

export interface Follower {
  readonly request: FollowRequest;
  readonly sink: Sink;
  /** The last stamp that its reader has. */
  stamp: number;
  cursor: string;
  held: boolean;
  /** A frame came by while it was held. */
  missed: boolean;
  checkedAtMs: number;
}

/**
 * Those who follow one space under one name with the same collections: they get the same frames. In a space with
 * access rules each user has a group of its own, and the owners, whom no rules hold back, share one.
 */
export interface Group {
  readonly key: string;
  readonly admitted: Admitted;
  /** Whether the space had rules when the group was made. */
  readonly guarded: boolean;
  readonly name: string;
  readonly collections: readonly string[] | undefined;
  readonly followers: Set<Follower>;
  /** Clients that pushed since the last frame, and how far they came. */
  by: Pushed;
  /** What was sent last; undefined before the first follower has read. */
  cursor: string | undefined;
  /** What was read last: with what is not shown to the group, further than what was sent. */
  read: string | undefined;
  reading: boolean;
  dirty: boolean;
  /** Those who read before they follow: it is kept for them. */
  joining: number;
  unwatch: () => void;
}
