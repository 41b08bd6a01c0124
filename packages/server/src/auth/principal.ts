// Who is calling: what authentication proves and authorisation asks.

export interface Principal {
  /** The token's `sub`. */
  readonly userId: string;
  /** Milliseconds since 1970; after it nothing may be answered under this identity. */
  readonly expiresAtMs?: number;
  /** The token's `sid`: the device on which its owner signed in, where the server keeps accounts. */
  readonly sessionId?: string;
  /** True for the operator's own tools, which may read and write every space. */
  readonly operator?: true;
}
