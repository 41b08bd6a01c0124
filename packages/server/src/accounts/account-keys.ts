// What accounts are signed with: their tokens, and the sessions that renew them.

import { hkdfSync } from "node:crypto";
import { SynclineError } from "@syncline/core";
import { createTokenIssuer, type TokenIssuer } from "../auth/token-issuer.ts";
import type { TokenOptions } from "../auth/verify-token.ts";

/** Signs the tokens of accounts. */
export async function issuerOf(auth: TokenOptions): Promise<TokenIssuer> {
  const issuer = await createTokenIssuer(auth);
  if (issuer !== undefined) return issuer;
  throw new SynclineError(
    "config",
    "Accounts need a secret or a private key to sign their tokens with.",
    {
      path: "auth.secret",
    },
  );
}

/** What sessions are renewed with, made of what their tokens are signed with: the same on every server. */
export function sessionKeyOf({ privateKey, secret = "" }: TokenOptions): Uint8Array {
  const signing = privateKey?.key ?? secret;
  return new Uint8Array(hkdfSync("sha256", signing, "", "syncline sessions", 32));
}
