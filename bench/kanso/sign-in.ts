// How the bench's people sign in: with tokens of the secret that its servers have.

import { issueToken } from "@syncline/server";
import { userIdOf } from "./sample-person.ts";

export const SECRET = "a secret for the benchmarks, long enough for HS256";
/** Of whom the people are. */
export const SEED = "kanso";

export function tokenOf(person: number): Promise<string> {
  const userId = userIdOf(person, SEED);
  return issueToken({ secret: SECRET, userId, expiresInSeconds: 86_400 });
}

/** The tokens of people, the first of them given. */
export function tokensOf(count: number, first = 0): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => tokenOf(first + index)));
}
