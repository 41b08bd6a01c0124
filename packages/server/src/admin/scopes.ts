// What an admin key is good for. Its scopes stand among those of API keys, under a name that no app can have.

import { SynclineError } from "@syncline/core";

export const ADMIN_AREAS = [
  "audit",
  "backups",
  "consumers",
  "keys",
  "overview",
  "spaces",
  "users",
] as const;
export type AdminArea = (typeof ADMIN_AREAS)[number];
export type AdminAccess = "read" | "write";

const SCOPE = ".admin";

/**
 * The scopes of a key from what an operator says: `all`, `read`, or areas by commas, with `read:` before them for looking only.
 * @throws {SynclineError} `invalid`
 */
export function adminScopes(text: string): string[] {
  return text.split(",").map((word) => {
    const [area = "", read = ""] = word.startsWith("read:") ? [word.slice(5), "read:"] : [word];
    if (word === "all") return SCOPE;
    if (word === "read") return `read:${SCOPE}`;
    if (ADMIN_AREAS.some((one) => one === area)) return `${read}${SCOPE}:${area}`;
    throw new SynclineError(
      "invalid",
      `"${word}" is none of all, read, ${ADMIN_AREAS.join(", ")}, or one of these with read: before it.`,
      { path: "admin" },
    );
  });
}

/** Whether a scope is of the admin interface: keys that have one are made by commands alone. */
export function isAdminScope(scope: string): boolean {
  const plain = scope.startsWith("read:") ? scope.slice(5) : scope;
  return plain === SCOPE || plain.startsWith(`${SCOPE}:`);
}

export function isAdminKey(scopes: readonly string[] | null): boolean {
  return scopes?.some(isAdminScope) === true;
}

export function mayAdminister(
  scopes: readonly string[] | null,
  area: AdminArea,
  access: AdminAccess,
): boolean {
  const good = [SCOPE, `${SCOPE}:${area}`];
  const enough = access === "read" ? [...good, ...good.map((one) => `read:${one}`)] : good;
  return scopes?.some((scope) => enough.includes(scope)) === true;
}
