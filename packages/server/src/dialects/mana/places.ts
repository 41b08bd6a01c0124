// The spaces that one caller has in an app: his own, and one for each organisation that he belongs to.

import { personalSpace, type SpaceAddress, SynclineError } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
import type { ManaContext } from "./context.ts";
import { orgTags } from "./cursor.ts";
import { encodeName } from "./ids.ts";

export interface Place {
  readonly admitted: Admitted;
  /** How cursors name it; undefined: the caller's own. */
  readonly tag?: string;
  readonly orgId?: string;
}

export interface Places {
  readonly own: Place;
  readonly orgs: readonly Place[];
  /** False while nobody can say which organisations the caller belongs to. */
  readonly areKnown: boolean;
}

/** What stands before an organisation in its space's name: no user's own name begins so, and nobody can make such a space. */
export const ORG_PREFIX = "~=org.";
const NAME_MAX = 257;

/** @throws {SynclineError} `invalid` when no space can bear the organisation's name */
export function orgSpace(appId: string, orgId: string): SpaceAddress {
  const name = ORG_PREFIX + personalSpace(orgId).slice(1);
  if (name.length > NAME_MAX) {
    throw new SynclineError("invalid", "The id of this organisation is too long.", {
      path: "spaceId",
    });
  }
  return { app: encodeName(appId), name };
}

/** All that the caller reads in an app. */
export async function openPlaces(
  context: ManaContext,
  principal: Principal,
  { appId, access }: { readonly appId: string; readonly access: "read" | "write" },
): Promise<Places> {
  const { engine, options, knownApps, memberships } = context;
  // The gate was asked with the token, before a body is read; sockets, which only carry hints, are open to all.
  const admission = { undeclared: options.undeclaredApps ?? true, ungated: true };
  const admitted = await engine.admit(
    principal,
    { app: encodeName(appId), name: "~" },
    access,
    admission,
  );
  knownApps.add(principal.userId, appId);
  const ids = memberships === undefined ? [] : await memberships.of(principal.userId);
  const tags = orgTags(ids ?? []);
  const orgs: Place[] = [];
  for (const orgId of ids ?? []) {
    const place = await orgPlace(orgId);
    if (place !== undefined) orgs.push(place);
  }
  return { own: { admitted }, orgs, areKnown: ids !== undefined };

  async function orgPlace(orgId: string): Promise<Place | undefined> {
    try {
      const address = orgSpace(appId, orgId);
      const role = { ...admission, granted: "writer" as const };
      return {
        admitted: await engine.admit(principal, address, access, role),
        tag: tags.get(orgId) ?? "",
        orgId,
      };
    } catch (thrown) {
      // An app of ours may have its own say in who uses which space; and a name may be none.
      if (thrown instanceof SynclineError && /^(forbidden|invalid)$/.test(thrown.code))
        return undefined;
      throw thrown;
    }
  }
}
