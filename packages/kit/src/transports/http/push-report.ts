// What a peer answered to a push.

import { errorFromBody, SynclineError } from "@syncline/core";
import { readJson } from "../../event/read-json.ts";
import type { PushReport } from "../../ports.ts";
import { member } from "../../wire/records.ts";

/** What a client accepts that reads which events were refused; others are told by the status. */
export const LISTED = "application/json;rejected=listed";

/**
 * Reads `{"status":"ok"}`, and what our own peers add to it.
 * @throws {SynclineError} `unavailable` for anything else: a proxy's page, say
 */
export function readPushReport(body: string): PushReport["rejected"] {
  return rejectedOf(parsed(body));
}

/** What was refused, of an answer that was read. @throws {SynclineError} `unavailable` */
export function rejectedOf(answer: unknown): PushReport["rejected"] {
  if (typeof answer !== "object" || answer === null || member(answer, "status") !== "ok") {
    throw new SynclineError("unavailable", "The peer did not answer a push with its status.");
  }
  const rejected = member(answer, "rejected");
  if (!Array.isArray(rejected)) return [];
  return rejected.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const [id, code, message] = ["id", "code", "message"].map((name) => member(entry, name));
    if (typeof id !== "string" || typeof code !== "string") return [];
    return [{ id, error: errorFromBody({ code, message: String(message) }) }];
  });
}

function parsed(body: string): unknown {
  try {
    return readJson(body);
  } catch {
    // No JSON at all is judged where it is looked at.
    return undefined;
  }
}
