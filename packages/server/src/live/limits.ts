// What sockets and event streams may take of this server. All are configurable.

export interface LiveLimits {
  /** Sockets at once, all together and of one user. */
  readonly sockets: number;
  readonly socketsOfUser: number;
  readonly subscriptionsOfSocket: number;
  readonly messageBytes: number;
  /** How long a socket may stay without a token. */
  readonly authenticateMs: number;
  /** What waits for a slow reader before it is told that it fell behind. */
  readonly bufferedBytes: number;
  /** How often a sign of life is asked for; who gives none until the next is cut off. */
  readonly heartbeatMs: number;
  readonly presenceBytes: number;
  readonly presencesPerSecond: number;
}

/** The limits of sockets where nothing else was said. */
export const DEFAULT_LIVE_LIMITS: LiveLimits = {
  sockets: 20_000,
  socketsOfUser: 20,
  subscriptionsOfSocket: 64,
  messageBytes: 1024 * 1024,
  authenticateMs: 10_000,
  bufferedBytes: 1024 * 1024,
  heartbeatMs: 25_000,
  presenceBytes: 4_096,
  presencesPerSecond: 10,
};
