// The older form's tokens: JWTs of HS256 for name and password.

import { jwtVerify, SignJWT } from "jose";
import { Refusal } from "./refusal.ts";

const LIFE_S = 86_400;

export interface Tokens {
  issue(user: {
    readonly userUuid: string;
    readonly username: string;
    readonly isAdmin: boolean;
  }): Promise<string>;
  /** @throws {Refusal} 401 */
  verify(token: string): Promise<{ readonly userId: string; readonly expiresAtMs: number }>;
}

export function createTokens(secret: string, now: () => number): Tokens {
  const key = new TextEncoder().encode(secret);
  return {
    async issue({ userUuid, username, isAdmin }) {
      const iat = Math.floor(now() / 1000);
      return await new SignJWT({ user_uuid: userUuid, username, is_admin: isAdmin })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuedAt(iat)
        .setExpirationTime(iat + LIFE_S)
        .sign(key);
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["HS256"],
          requiredClaims: ["user_uuid", "username", "iat", "exp"],
          currentDate: new Date(now()),
        });
        const { user_uuid: userId, exp, iat } = payload;
        const isGood =
          typeof userId === "string" && userId !== "" && exp !== undefined && exp > (iat ?? exp);
        if (!isGood) throw new Refusal(401, "Invalid or expired token");
        return { userId, expiresAtMs: exp * 1000 };
      } catch (thrown) {
        throw new Refusal(401, "Invalid or expired token", { cause: thrown });
      }
    },
  };
}
