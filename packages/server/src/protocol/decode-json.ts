// From bytes to JSON, whoever sent them: how deep they are nested is told before anything walks them.

import { isTooDeep, SynclineError } from "@syncline/core";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

export interface JsonRule {
  readonly maxDepth: number;
  /** What one is that is nested deeper; `too_large` where left out. */
  readonly tooDeep?: "invalid";
  /** Names the bytes in messages: `The body`. */
  readonly what: string;
}

/**
 * @returns the text
 * @throws {SynclineError} `too_large` for one nested too deep, or what the rule says; `invalid` for what is no UTF-8
 */
export function decodeJson(bytes: Uint8Array, rule: JsonRule): string {
  const { maxDepth, what, tooDeep = "too_large" } = rule;
  if (isTooDeep(bytes, maxDepth))
    throw new SynclineError(tooDeep, `${what} is nested deeper than ${maxDepth} levels.`);
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw new SynclineError("invalid", `${what} is not valid UTF-8.`, { cause });
  }
}

/** @throws {SynclineError} as `decodeJson`; `invalid` for what is empty or no JSON */
export function parseJson(bytes: Uint8Array, rule: JsonRule): unknown {
  const { what } = rule;
  if (bytes.length === 0) throw new SynclineError("invalid", `${what} is empty.`);
  const text = decodeJson(bytes, rule);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SynclineError("invalid", `${what} is not valid JSON.`, { cause });
  }
}
