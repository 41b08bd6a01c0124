// What a client says on a socket: parsed once, and what it is about.

import { type SpaceAddress, SynclineError } from "@syncline/core";
import { LIVE_REQUEST_SCHEMAS, type LiveRequest } from "@syncline/core/protocol";
import { Compile } from "typebox/compile";
import { parseJson } from "../protocol/decode-json.ts";

const checks = {
  auth: Compile(LIVE_REQUEST_SCHEMAS.auth),
  subscribe: Compile(LIVE_REQUEST_SCHEMAS.subscribe),
  unsubscribe: Compile(LIVE_REQUEST_SCHEMAS.unsubscribe),
  push: Compile(LIVE_REQUEST_SCHEMAS.push),
  presence: Compile(LIVE_REQUEST_SCHEMAS.presence),
  ping: Compile(LIVE_REQUEST_SCHEMAS.ping),
  spaces: Compile(LIVE_REQUEST_SCHEMAS.spaces),
};

const PING = '{"type":"ping"}';

/** @throws {SynclineError} `invalid`, `too_large` */
export function parseRequest(bytes: Uint8Array, maxDepth: number): LiveRequest {
  const value = parseJson(bytes, { maxDepth, what: "A message" });
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : "";
  const names = Object.keys(checks) as (keyof typeof checks)[];
  const name = names.find((known) => known === type);
  if (name === undefined) {
    throw new SynclineError("invalid", `A message's type is one of ${names.join(", ")}.`, {
      path: "type",
    });
  }
  const check = checks[name];
  if (check.Check(value)) return value;
  const [problem] = check.Errors(value);
  throw new SynclineError("invalid", `This ${name} message is malformed.`, {
    path: (problem?.instancePath ?? "").replace(/^\//, "").replaceAll("/", ".") || name,
  });
}

export function isPing(bytes: Uint8Array): boolean {
  return bytes.length === PING.length && new TextDecoder().decode(bytes) === PING;
}

export function aboutOf(request: LiveRequest | undefined): { ref?: number; space?: string } {
  return {
    ...(request !== undefined && "ref" in request ? { ref: request.ref } : {}),
    ...(request !== undefined && "space" in request ? { space: request.space } : {}),
  };
}

/** A message is one unit, a push as many as it has mutations: as over HTTP. */
export function unitsOf(request: LiveRequest): number {
  return request.type === "push" ? Math.max(1, request.mutations.length) : 1;
}

/** `app/name` as a client writes it; what it names is checked where it is admitted. */
export function addressOf(space: string): SpaceAddress {
  const slash = space.indexOf("/");
  return { app: space.slice(0, Math.max(slash, 0)), name: space.slice(slash + 1) };
}
