// What HTTP callers may take of this server: time, connections, memory. All are configurable.

export interface HttpLimits {
  /** From a connection's first byte to the end of the request's headers. */
  readonly headersMs: number;
  /** To the end of its body; and from then to the answer, streams excepted. */
  readonly requestMs: number;
  /** How long a connection may neither take nor send anything: a reader that does not read is cut off. */
  readonly idleMs: number;
  /** How long a shutdown waits for what runs. */
  readonly closeMs: number;
  /** How long it waits for the rest of what is half sent: less than a container is given to end. */
  readonly halfSentMs: number;
  readonly connections: number;
  /** Of one address, or one /64; of a proxy that is trusted as many as there may be. */
  readonly connectionsOfAddress: number;
  /** Bodies that are held at once, all requests together, decompressed. */
  readonly bodiesBytes: number;
  /** The lag of the event loop that, sustained while requests wait, has them answered 503. */
  readonly lagMs: number;
  /** NDJSON streams at once, all together and of one user. */
  readonly streams: number;
  readonly streamsOfUser: number;
  /** Streams and sockets of all kinds that one address may have open; behind a trusted proxy the forwarded one. */
  readonly streamsOfAddress: number;
  /** Messages a second that the sockets of one address may send, four seconds of them at once; then they are not read. */
  readonly messagesOfAddress: number;
  /** Bytes that may wait for one reader who does not read, and for all of them together; beyond, the connection is cut. */
  readonly unreadBytes: number;
  readonly unreadBytesOfAll: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  headersMs: 15_000,
  requestMs: 30_000,
  idleMs: 60_000,
  closeMs: 30_000,
  halfSentMs: 8_000,
  connections: 10_000,
  connectionsOfAddress: 1_000,
  bodiesBytes: 256 * 1024 * 1024,
  lagMs: 1_000,
  streams: 512,
  streamsOfUser: 16,
  streamsOfAddress: 500,
  messagesOfAddress: 1_000,
  unreadBytes: 4 * 1024 * 1024,
  unreadBytesOfAll: 256 * 1024 * 1024,
};
