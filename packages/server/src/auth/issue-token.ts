// Issuing tokens with a shared secret: for development, tests and operators.

import { SignJWT } from "jose";

export interface IssueOptions {
  readonly secret: string;
  readonly userId: string;
  readonly expiresInSeconds: number;
  readonly issuer?: string;
  readonly audience?: string;
  /** Becomes the token's `sid`. */
  readonly sessionId?: string;
}

/** Signs an HS256 token for a user. */
export async function issueToken(options: IssueOptions): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { sessionId } = options;
  const token = new SignJWT(sessionId === undefined ? {} : { sid: sessionId })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(options.userId)
    .setIssuedAt(now)
    .setExpirationTime(now + options.expiresInSeconds);
  if (options.issuer !== undefined) token.setIssuer(options.issuer);
  if (options.audience !== undefined) token.setAudience(options.audience);
  return await token.sign(new TextEncoder().encode(options.secret));
}
