// Where a stream writes: it counts what its reader has not taken yet.

export interface Sink {
  /** Whether it was taken. False: the stream is over. */
  send(piece: string | Uint8Array): boolean;
  /** Waits until the reader has taken most of what waits for it; false once the stream is over. */
  room(): Promise<boolean>;
  /** Bytes that the reader has not taken. */
  readonly waiting: number;
  /** Says when it is over: the reader left, or may read no more. */
  readonly signal: AbortSignal;
}
