// Who is calling: what authentication proves and authorisation asks.

export interface Principal {
  /** The token's `sub`. */
  readonly userId: string;
  /** Milliseconds since 1970; after it nothing may be answered under this identity. */
  readonly expiresAtMs?: number;
  /** What an API key is good for: `app`, `app/space`, with `read:` before it for reading only. Everything where left out. */
  readonly scopes?: readonly string[];
  /** True for whom a key of this server, or a dialect's own sign-in, vouches: they need no account. */
  readonly vouched?: true;
  /** The API key, as the server knows it; undefined for a token. */
  readonly keyId?: string;
  /** True for an API key that ends by itself. */
  readonly ends?: true;
  /** The token's `sid`: the device on which its owner signed in, where the server keeps accounts. */
  readonly sessionId?: string;
  /** True for the operator's own tools, which may read and write every space. */
  readonly operator?: true;
}
