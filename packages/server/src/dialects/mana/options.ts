// What an operator says of this dialect.

import type { MembershipOptions } from "./memberships.ts";

export interface ManaLimits {
  /** A request's body. */
  readonly bodyBytes: number;
  /** Changes of a push that are committed at once; larger ones are committed bit by bit. */
  readonly changesPerCommit: number;
  /** A record's fields: as large as a request may be, as the original has no limit of its own. */
  readonly recordBytes: number;
  /** How deep a record's values may be nested. */
  readonly jsonDepth: number;
  /** Changes that a push is answered with. */
  readonly deltaChanges: number;
  /** Changes on a page of a pull. */
  readonly pageChanges: number;
  /** How long a socket may be open before it says whose it is. */
  readonly authMs: number;
  readonly heartbeatMs: number;
  /** A message of a socket. */
  readonly messageBytes: number;
  /** Sockets, and streams, at once: all together and of one user. */
  readonly sockets: number;
  readonly socketsOfUser: number;
  readonly streams: number;
  readonly streamsOfUser: number;
  /** Bytes that may wait for the reader of a socket before nothing more is read from it. */
  readonly bufferedBytes: number;
}

export const DEFAULT_MANA_LIMITS: ManaLimits = {
  bodyBytes: 10 * 1024 * 1024,
  changesPerCommit: 5_000,
  recordBytes: 10 * 1024 * 1024,
  jsonDepth: 128,
  deltaChanges: 5_000,
  pageChanges: 1_000,
  authMs: 10_000,
  heartbeatMs: 30_000,
  messageBytes: 32 * 1024,
  sockets: 20_000,
  socketsOfUser: 50,
  streams: 2_000,
  streamsOfUser: 20,
  bufferedBytes: 1024 * 1024,
};

export interface ManaOptions {
  /** Whether apps without a definition are served; true where left out, as the original knows no definitions. */
  readonly undeclaredApps?: boolean;
  /** Origins whose pages may call, each with one `*` at most; the server's own list where left out. */
  readonly corsOrigins?: readonly string[];
  readonly limits?: Partial<ManaLimits>;
  /** The service that says who belongs to which organisation; nobody shares anything where left out. */
  readonly memberships?: MembershipOptions;
  /** What other services show at the internal addresses; those are not served where left out. */
  readonly serviceKey?: string;
  /** Milliseconds since 1970; the system's clock where left out. */
  readonly now?: () => number;
}
