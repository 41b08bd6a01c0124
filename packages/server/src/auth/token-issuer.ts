// Tokens that this server signs itself: with its private key where it has one, else with its secret.

import { SignJWT } from "jose";
import { issueToken } from "./issue-token.ts";
import { openPrivateKey } from "./private-key.ts";
import type { TokenOptions } from "./token-options.ts";

export interface TokenClaims {
  readonly userId: string;
  readonly expiresInSeconds: number;
  /** Becomes the token's `sid`. */
  readonly sessionId?: string;
}

export type TokenIssuer = (claims: TokenClaims) => Promise<string>;

/**
 * @returns undefined where there is nothing to sign with: others issue the tokens that are checked here
 * @throws {SynclineError} `config` for a private key that does not fit
 */
export async function createTokenIssuer(options: TokenOptions): Promise<TokenIssuer | undefined> {
  const { secret, privateKey, issuer, audience } = options;
  const said = {
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  if (privateKey === undefined)
    return secret === undefined
      ? undefined
      : (claims) => issueToken({ secret, ...said, ...claims });
  const { algorithm, keyId, signing } = await openPrivateKey(privateKey);
  return async ({ userId, expiresInSeconds, sessionId }) => {
    const now = Math.floor(Date.now() / 1000);
    const token = new SignJWT(sessionId === undefined ? {} : { sid: sessionId })
      .setProtectedHeader({ alg: algorithm, typ: "JWT", kid: keyId })
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(now + expiresInSeconds);
    if (issuer !== undefined) token.setIssuer(issuer);
    if (audience !== undefined) token.setAudience(audience);
    return await token.sign(signing);
  };
}
