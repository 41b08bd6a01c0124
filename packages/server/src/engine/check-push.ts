// Validate, first half: what can be said of a mutation without looking at the database.

import {
  type Change,
  checkJson,
  isId,
  isTime,
  type Limits,
  type Mutation,
  parseCursor,
  policyByName,
  SynclineError,
  type SyncRequest,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";

/** What a space of an app without a definition may hold: its row lists them all. */
const MAX_COLLECTIONS = 256;

/** Refuses a request that is too large or malformed as a whole; nothing of it is tried. */
export function checkRequest(request: SyncRequest, limits: Limits): void {
  const { mutations } = request;
  if (!isId(request.clientId))
    throw new SynclineError("invalid", "This is no client id.", { path: "clientId" });
  if (!isTime(request.now))
    throw new SynclineError("invalid", "This is no clock reading.", { path: "now" });
  if (mutations.length > limits.mutationsPerPush) {
    throw new SynclineError(
      "too_large",
      `A push holds at most ${limits.mutationsPerPush} mutations.`,
      {
        path: "mutations",
      },
    );
  }
  let changes = 0;
  for (const [index, mutation] of mutations.entries()) {
    changes += mutation.changes.length;
    const first = mutations[0]?.id ?? mutation.id;
    if (mutation.id !== first + index) {
      throw new SynclineError(
        "invalid",
        "The mutations of a push are numbered one after the other.",
        {
          path: `mutations.${index}.id`,
        },
      );
    }
  }
  if (changes > limits.changesPerPush) {
    throw new SynclineError("too_large", `A push holds at most ${limits.changesPerPush} changes.`, {
      path: "mutations",
    });
  }
}

/** The first reason why a mutation can never succeed; undefined when there is none. */
export function checkMutation(
  mutation: Mutation,
  index: number,
  app: AppDefinition | undefined,
  limits: Limits,
): SynclineError | undefined {
  const at = `mutations.${index}`;
  if (mutation.changes.length > limits.changesPerMutation) {
    return new SynclineError(
      "too_large",
      `A mutation holds at most ${limits.changesPerMutation} changes.`,
      {
        path: `${at}.changes`,
      },
    );
  }
  if (mutation.seen !== null) {
    try {
      parseCursor(mutation.seen);
    } catch {
      return new SynclineError("invalid", "This cursor is damaged.", { path: `${at}.seen` });
    }
  }
  for (const [number, change] of mutation.changes.entries()) {
    const problem = checkChange(change, `${at}.changes.${number}`, app, limits);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkChange(
  change: Change,
  at: string,
  app: AppDefinition | undefined,
  limits: Limits,
): SynclineError | undefined {
  const invalid = (path: string, message: string) =>
    new SynclineError("invalid", message, { path: `${at}.${path}` });
  if (!isId(change.collection)) return invalid("collection", "This is no name of a collection.");
  if (!isId(change.id)) return invalid("id", "An id is 1–128 characters of A-Z a-z 0-9 _ . : -");
  if (app !== undefined && !Object.hasOwn(app.collections, change.collection)) {
    return new SynclineError(
      "schema",
      `The app "${app.name}" has no collection "${change.collection}".`,
      {
        path: `${at}.collection`,
      },
    );
  }
  if (!isTime(change.time)) return invalid("time", "This is no clock reading.");
  const carries = change.op === "put" || change.op === "patch";
  if (!carries) {
    if (change.fields !== undefined) return invalid("fields", `A ${change.op} carries no fields.`);
    if (change.times !== undefined)
      return invalid("times", `A ${change.op} carries no times of fields.`);
    return undefined;
  }
  if (change.fields === undefined) return invalid("fields", `A ${change.op} carries fields.`);
  const problem = checkJson(change.fields, limits.jsonDepth);
  if (problem !== undefined) {
    const path = problem.path === "" ? `${at}.fields` : `${at}.fields.${problem.path}`;
    return new SynclineError(problem.code, problem.message, { path });
  }
  for (const [name, time] of Object.entries(change.times ?? {})) {
    if (!Object.hasOwn(change.fields, name))
      return invalid(`times.${name}`, "There is no such field in the change.");
    if (!isTime(time)) return invalid(`times.${name}`, "This is no clock reading.");
  }
  return undefined;
}

/**
 * Finds the collections that the device merges otherwise than the server.
 * @param stored how an app without a definition was used before
 * @returns what an app without a definition is to remember
 * @throws {SynclineError} `schema` naming the first collection on which they differ
 */
export function checkPolicies(
  request: SyncRequest,
  app: AppDefinition | undefined,
  stored: { readonly [collection: string]: string },
): { readonly [collection: string]: string } {
  const stated = request.policies ?? {};
  const known = new Map(Object.entries(stored));
  const written = new Set(
    request.mutations.flatMap(({ changes }) => changes.map(({ collection }) => collection)),
  );
  for (const collection of new Set([...Object.keys(stated), ...written])) {
    if (!isId(collection)) continue;
    const device = Object.hasOwn(stated, collection) ? (stated[collection] ?? "lww") : "lww";
    const path = `policies.${collection}`;
    if (app === undefined && policyByName(device) === undefined) {
      throw new SynclineError("schema", `There is no merge policy "${device}".`, { path });
    }
    const server = app === undefined ? known.get(collection) : policyName(app, collection);
    if (server === undefined) {
      if (written.has(collection)) known.set(collection, device);
    } else if (server !== device) {
      throw new SynclineError(
        "schema",
        `The device merges "${collection}" as ${device}, this server as ${server}: declare the same policy on both sides.`,
        { path },
      );
    }
  }
  if (app === undefined && known.size > MAX_COLLECTIONS) {
    throw new SynclineError("too_large", `A space holds at most ${MAX_COLLECTIONS} collections.`, {
      path: "mutations",
    });
  }
  return app === undefined ? Object.fromEntries(known) : {};
}

function policyName(app: AppDefinition, collection: string): string | undefined {
  if (!Object.hasOwn(app.collections, collection)) return undefined;
  const policy = app.collections[collection]?.policy ?? "lww";
  return typeof policy === "string" ? policy : policy.name;
}
