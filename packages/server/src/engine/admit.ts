// Authorise: the one function that decides who may do what in which space. Every endpoint of every dialect asks it.

import {
  isId,
  isSpaceName,
  isSynclineError,
  personalSpace,
  type SpaceAddress,
  SynclineError,
  spaceToText,
} from "@syncline/core";
import type { Access, AppDefinition } from "../apps/app.ts";
import type { Principal } from "../auth/principal.ts";
import type { NewSpace, Role, Store } from "../store/port.ts";
import type { Admitted } from "./contract.ts";
import type { EngineEnvironment, EngineEvents } from "./environment.ts";
import type { PassGate } from "./gate.ts";

export interface AdmitOptions {
  readonly store: Store;
  readonly apps: ReadonlyMap<string, AppDefinition>;
  /** Whether apps without a definition exist. */
  readonly openApps: boolean;
  readonly environment: EngineEnvironment;
  readonly events: EngineEvents;
  readonly passGate: PassGate;
  /** How many shared spaces a user may own before it can make no more. */
  readonly spacesPerUser: number;
  /** A user has made a space. */
  made(userId: string): void;
  /** Whether somebody is still let in at all; everybody with a good token where left out. */
  readonly knows?: Knows;
  /** The caller's role in a space that is kept for another system, as that says. */
  readonly granted?: Role;
}

/** What the names of spaces begin with that are kept for another system: no user's own name does. */
export const KEPT_PREFIX = "~=";

/** Asked anew for each use of a right: a token may outlive the account or the device that it was made for. */
export type Knows = (principal: Principal, access: Access) => Promise<boolean>;

const ENOUGH: { readonly [role in Role]: readonly Access[] } = {
  reader: ["read"],
  writer: ["read", "write"],
  owner: ["read", "write", "manage"],
};

/**
 * Resolves `~` and checks the caller's right.
 * @throws {SynclineError} `not_found` for an app that is not served, `unauthenticated` for whom the server does not
 *   know any more, `quota_exceeded` for who owns too many spaces to make another, `payment_required` at the gate, `forbidden` for everything else: the answer is the same whether the
 *   space exists or not.
 */
export async function admit(
  principal: Principal,
  address: SpaceAddress,
  access: Access,
  options: AdmitOptions,
): Promise<Admitted> {
  const app = options.apps.get(address.app);
  if (!isId(address.app) || !isSpaceName(address.name)) {
    throw new SynclineError(
      "invalid",
      "A space is written app/name, for example todo/team-42 or todo/~.",
      {
        path: "space",
      },
    );
  }
  checkServed(address.app, options);
  await checkKnown(principal, access, options);
  await options.passGate(principal);
  const own = personalSpace(principal.userId);
  const resolved = { app: address.app, name: address.name === "~" ? own : address.name };
  const space = spaceToText(resolved);
  if (!isInScope(principal, resolved, access)) throw forbidden();
  const everyone = resolved.name.startsWith("~") ? undefined : app?.everyone;
  const readRole = () => roleOf(principal, space, resolved.name === own, options);
  const held = (await readRole()) ?? everyone;
  const makes = held === undefined && (await mayMake(space, app, options));
  // Not there before, there now: another request of the same user may have made it between the two readings.
  const role = makes ? "owner" : (held ?? (await readRole()));
  if (role === undefined || !suffices(role, access)) throw forbidden();
  const refusal = await refusalOfApp(principal, { address: resolved, role }, access, options);
  if (refusal !== undefined) throw refusal;
  if (makes) await makeSpace(principal, space, options);
  const { userId } = principal;
  return {
    space,
    address: resolved,
    role,
    userId,
    byHook: app?.authorize !== undefined,
    byMembership:
      resolved.name !== own && principal.operator !== true && !isGranted(space, options),
  };
}

/**
 * Checks that a caller may use an app at all, whichever spaces it has there.
 * @throws {SynclineError} what `admit` throws for the same reasons
 */
export async function admitToApp(
  principal: Principal,
  app: string,
  options: AdmitOptions,
): Promise<void> {
  if (!isId(app)) throw new SynclineError("invalid", "This is no name of an app.", { path: "app" });
  checkServed(app, options);
  await checkKnown(principal, "read", options);
  await options.passGate(principal);
}

/** What the server keeps for itself is nobody's, not even to know that it is there. */
function checkServed(app: string, { apps, openApps }: AdmitOptions): void {
  if ((apps.has(app) || openApps) && !app.startsWith(".")) return;
  throw new SynclineError("not_found", "This server has no such app.", { path: "app" });
}

/**
 * Why somebody who may read a space may not write to it, his role aside: that is asked with the space locked.
 * Undefined: nothing speaks against it.
 * @throws {SynclineError} `unauthenticated` for whom the server does not know any more
 */
export async function refusalToWrite(
  principal: Principal,
  admitted: Admitted,
  options: AdmitOptions,
): Promise<SynclineError | undefined> {
  await checkKnown(principal, "write", options);
  if (!isInScope(principal, admitted.address, "write")) return forbidden();
  return await refusalOfApp(principal, admitted, "write", options);
}

/** Whether a role is enough for something. */
export function suffices(role: Role, access: Access): boolean {
  return ENOUGH[role].includes(access);
}

async function checkKnown(
  principal: Principal,
  access: Access,
  { knows }: AdmitOptions,
): Promise<void> {
  const vouched = principal.operator === true || principal.vouched === true;
  if (!vouched && (await knows?.(principal, access)) === false)
    throw new SynclineError("unauthenticated", "Whose token this is was signed out.");
}

/** Whether the caller's key is good for this. */
export function isInScope(
  { scopes }: Principal,
  { app, name }: SpaceAddress,
  access: Access,
): boolean {
  return (
    scopes === undefined ||
    [app, `${app}/${name}`].some(
      (scope) => scopes.includes(scope) || (access === "read" && scopes.includes(`read:${scope}`)),
    )
  );
}

async function roleOf(
  principal: Principal,
  space: string,
  isOwn: boolean,
  options: AdmitOptions,
): Promise<Role | undefined> {
  if (isGranted(space, options)) return options.granted;
  if (isOwn || principal.operator === true) return "owner";
  return await options.store.role(space, principal.userId);
}

/** Whether the caller's part in a space is known by somebody else: the server keeps no members of it. */
function isGranted(space: string, { granted }: Pick<AdmitOptions, "granted">): boolean {
  return granted !== undefined && space.includes(`/${KEPT_PREFIX}`);
}

/** Whether there is no such space and anyone may make it. */
async function mayMake(
  space: string,
  app: AppDefinition | undefined,
  { store }: AdmitOptions,
): Promise<boolean> {
  const anyoneMakes = app === undefined || app.createSpaces === "anyone";
  const personal = space.includes("/~");
  return anyoneMakes && !personal && (await store.head(space)) === undefined;
}

async function makeSpace(
  principal: Principal,
  space: string,
  { store, environment, spacesPerUser, made }: AdmitOptions,
): Promise<void> {
  if ((await store.owned(principal.userId)) >= spacesPerUser)
    throw new SynclineError(
      "quota_exceeded",
      `You own as many spaces as one may, ${spacesPerUser}: give one away, or ask the operator for more.`,
    );
  await store.commit([
    {
      space,
      create: newSpace(environment, principal.userId),
      records: [],
      decide: () => ({ result: null }),
    },
  ]);
  // Two may try at once: the store lets one be the first, and the other finds the space taken.
  if ((await store.role(space, principal.userId)) !== "owner") throw forbidden();
  made(principal.userId);
}

/** What a space begins with. */
export function newSpace(environment: EngineEnvironment, owner?: string): NewSpace {
  return {
    epoch: environment.randomId(),
    createdAtMs: environment.now(),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** What the app's own hook has against it. */
export async function refusalOfApp(
  principal: Principal,
  { address, role }: Pick<Admitted, "address" | "role">,
  access: Access,
  { apps, events }: AdmitOptions,
): Promise<SynclineError | undefined> {
  const app = apps.get(address.app);
  if (app?.authorize === undefined || principal.operator === true) return undefined;
  try {
    const answer = await app.authorize(principal, address, access, role);
    if (isSynclineError(answer)) return answer;
    return answer === true ? undefined : forbidden();
  } catch (thrown) {
    events.failed("authorize hook", thrown);
    return forbidden();
  }
}

/** The refusal of a space; the path tells it from a refusal of something in it. */
export function forbidden(): SynclineError {
  return new SynclineError("forbidden", "You have no right to do this in this space.", {
    path: "space",
  });
}
