// The protocol's limits: what every server enforces and every client keeps to. All are configurable.

export interface Limits {
  /** A request's body, after decompression. */
  readonly bodyBytes: number;
  readonly changesPerMutation: number;
  readonly changesPerPush: number;
  readonly mutationsPerPush: number;
  /** One record's fields as JSON text, in UTF-8 bytes. */
  readonly recordBytes: number;
  readonly jsonDepth: number;
  /** Records in one page of a delta. */
  readonly pageRecords: number;
  /** About how large a page may grow; one record more is let through. */
  readonly pageBytes: number;
  /** How far a device's clock may be off before its times are shifted. */
  readonly clockSkewMs: number;
}

/** The limits of a server that was told nothing else. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 10 * 1024 * 1024,
  changesPerMutation: 1_000,
  changesPerPush: 5_000,
  mutationsPerPush: 1_000,
  recordBytes: 256 * 1024,
  jsonDepth: 32,
  pageRecords: 1_000,
  pageBytes: 1024 * 1024,
  clockSkewMs: 5_000,
};
