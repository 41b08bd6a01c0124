// The protocol's version. The hash test in wire.test.ts tells when the schemas changed without it.

/** Versions that this code speaks, newest first. */
export const PROTOCOL_VERSIONS: readonly number[] = [1];
/** Request header by which a client says what it speaks; without it, version 1 is meant. */
export const PROTOCOL_HEADER = "syncline-protocol";
