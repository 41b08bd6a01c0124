// Validate, first half: what can be said of a mutation without looking at the database.

import {
  type Change,
  checkJson,
  isId,
  isTime,
  type Limits,
  type Mutation,
  policyByName,
  SynclineError,
  type SyncRequest,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { PullRequest } from "./contract.ts";
import { ownValue } from "./own-value.ts";
import { parseReading } from "./reading.ts";

/** What a space of an app without a definition may hold, and a reader may ask for by name. */
export const MAX_COLLECTIONS = 256;

/** Refuses a request that is too large or malformed as a whole; nothing of it is tried. */
export function checkRequest(request: SyncRequest, limits: Limits): void {
  const { mutations } = request;
  if (!isId(request.clientId))
    throw new SynclineError("invalid", "This is no client id.", { path: "clientId" });
  if (!isTime(request.now))
    throw new SynclineError("invalid", "This is no clock reading.", { path: "now" });
  checkPull({ cursor: request.cursor, ...request.pull }, "pull.");
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
    if (mutation.id !== first + index || !Number.isSafeInteger(mutation.id) || mutation.id < 1) {
      throw new SynclineError(
        "invalid",
        "The mutations of a client are numbered 1, 2, 3…, those of a push one after the other.",
        { path: `mutations.${index}.id` },
      );
    }
    if (mutation.changes.length === 0) {
      throw new SynclineError("invalid", "A mutation holds at least one change.", {
        path: `mutations.${index}.changes`,
      });
    }
  }
  if (changes > limits.changesPerPush) {
    throw new SynclineError("too_large", `A push holds at most ${limits.changesPerPush} changes.`, {
      path: "mutations",
    });
  }
}

/**
 * Refuses a reading that is malformed.
 * @param at what stands before a member's name in the request
 * @throws {SynclineError} `invalid`
 */
export function checkPull({ limit, collections, clientId }: PullRequest, at = ""): void {
  const invalid = (name: string, message: string) =>
    new SynclineError("invalid", message, { path: `${at}${name}` });
  if (clientId !== undefined && !isId(clientId)) throw invalid("clientId", "This is no client id.");
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1))
    throw invalid("limit", "A page holds at least one record.");
  if (collections === undefined) return;
  if (collections.length === 0 || collections.length > MAX_COLLECTIONS) {
    throw invalid("collections", `Name 1 to ${MAX_COLLECTIONS} collections, or none at all.`);
  }
  if (!collections.every(isId)) throw invalid("collections", "These are no names of collections.");
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
      parseReading(mutation.seen);
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
  if (change.collection.startsWith(".")) {
    return new SynclineError(
      "forbidden",
      "Collections whose names begin with a dot are the server's own.",
      { path: `${at}.collection` },
    );
  }
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
 * @returns how the collections of the push are merged in an app without a definition
 * @throws {SynclineError} `schema` naming the first collection on which they differ
 */
export function checkPolicies(
  request: SyncRequest,
  app: AppDefinition | undefined,
  stored: { readonly [collection: string]: string },
): { readonly [collection: string]: string } {
  const stated = request.policies ?? {};
  const known = new Map<string, string>();
  const named = new Set(Object.keys(stated));
  for (const { changes } of request.mutations) {
    for (const { collection } of changes) named.add(collection);
  }
  for (const collection of named) {
    if (!isId(collection)) continue;
    const device = ownValue(stated, collection) ?? "lww";
    const path = `policies.${collection}`;
    if (app === undefined && policyByName(device) === undefined) {
      throw new SynclineError("schema", `There is no merge policy "${device}".`, { path });
    }
    const server = app === undefined ? ownValue(stored, collection) : policyName(app, collection);
    if (server !== undefined && server !== device) {
      throw new SynclineError(
        "schema",
        `The device merges "${collection}" as ${device}, this server as ${server}: declare the same policy on both sides.`,
        { path },
      );
    }
    known.set(collection, device);
  }
  return Object.fromEntries(known);
}

function policyName(app: AppDefinition, collection: string): string | undefined {
  if (!Object.hasOwn(app.collections, collection)) return undefined;
  const policy = app.collections[collection]?.policy ?? "lww";
  return typeof policy === "string" ? policy : policy.name;
}

/**
 * A client that is too old may still send what it has written: each mutation is validated like any other, and
 * with its results comes a page, as with any push. Once nothing is pending it is told to update.
 */
export function checkSchemaVersion(
  app: AppDefinition | undefined,
  { schema, mutations }: SyncRequest,
): void {
  const minimum = app?.minimumVersion ?? 0;
  if ((schema ?? 0) >= minimum || mutations.length > 0) return;
  throw new SynclineError(
    "incompatible",
    `This app needs version ${minimum} of its schema: update the client.`,
  );
}
