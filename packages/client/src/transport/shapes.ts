// Light checks of what came over the network: enough to tell our server's answers from anything else.

import type {
  Delta,
  ErrorBody,
  StreamEnd,
  StreamStart,
  SyncResponse,
  WireChange,
} from "@syncline/core";
import type { LiveFrame, Peer } from "./port.ts";

type Bag = { readonly [name: string]: unknown };

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isErrorResponse(value: unknown): value is { readonly error: ErrorBody } {
  return (
    isBag(value) &&
    isBag(value["error"]) &&
    typeof value["error"]["code"] === "string" &&
    typeof value["error"]["message"] === "string"
  );
}

export function isWireChange(value: unknown): value is WireChange {
  if (!isBag(value) || typeof value["collection"] !== "string" || typeof value["id"] !== "string")
    return false;
  if (typeof value["gone"] === "string") return true;
  if (!Number.isSafeInteger(value["stamp"]) || !Number.isSafeInteger(value["version"]))
    return false;
  return typeof value["time"] === "string" && (value["deleted"] === true || isBag(value["fields"]));
}

export function isDelta(value: unknown): value is Delta {
  return (
    isBag(value) &&
    typeof value["cursor"] === "string" &&
    typeof value["more"] === "boolean" &&
    typeof value["now"] === "string" &&
    Number.isSafeInteger(value["lastMutation"]) &&
    (value["digest"] === undefined || isBag(value["digest"])) &&
    Array.isArray(value["changes"]) &&
    value["changes"].every(isWireChange)
  );
}

const STATUSES: ReadonlySet<unknown> = new Set(["applied", "duplicate", "conflict", "rejected"]);

export function isSyncResponse(value: unknown): value is SyncResponse {
  if (!isDelta(value) || !("results" in value) || !Array.isArray(value.results)) return false;
  return value.results.every(
    (result: unknown) =>
      isBag(result) && Number.isSafeInteger(result["id"]) && STATUSES.has(result["status"]),
  );
}

/** The message of a live connection, before its type is looked at. */
export function isMessage(value: unknown): value is Bag & { readonly type: string } {
  return isBag(value) && typeof value["type"] === "string";
}

export function isLiveFrame(value: unknown): value is LiveFrame & { readonly more: boolean } {
  return (
    isBag(value) &&
    typeof value["cursor"] === "string" &&
    typeof value["more"] === "boolean" &&
    typeof value["now"] === "string" &&
    (value["after"] === null || typeof value["after"] === "string") &&
    (value["digest"] === undefined || isBag(value["digest"])) &&
    isBag(value["by"]) &&
    Object.values(value["by"]).every(Number.isSafeInteger) &&
    Array.isArray(value["changes"]) &&
    value["changes"].every(isWireChange)
  );
}

export function isPeer(value: unknown): value is Peer {
  return (
    isBag(value) &&
    typeof value["clientId"] === "string" &&
    typeof value["userId"] === "string" &&
    (value["state"] === null || isBag(value["state"]))
  );
}

export function isStreamStart(value: unknown): value is StreamStart {
  return isBag(value) && typeof value["epoch"] === "string" && Number.isSafeInteger(value["began"]);
}

export function isStreamEnd(value: unknown): value is StreamEnd {
  return (
    isBag(value) &&
    typeof value["cursor"] === "string" &&
    Number.isSafeInteger(value["lastMutation"]) &&
    isBag(value["digest"])
  );
}
