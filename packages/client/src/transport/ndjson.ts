// Reading a first sync line by line, whatever the borders of the chunks that it arrives in.

import { SynclineError, type WireChange } from "@syncline/core";
import type { StreamPart } from "./port.ts";
import { isStreamEnd, isStreamStart, isWireChange } from "./shapes.ts";

/** Records that are handed on together. */
const BATCH = 1_000;

/** @throws {SynclineError} `unavailable` when the stream breaks off or holds what it should not */
export async function* readParts(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamPart> {
  let started = false;
  let ended = false;
  let batch: WireChange[] = [];
  for await (const line of lines(body)) {
    if (ended) throw broken("goes on after its end");
    const value = parse(line);
    if (!started) {
      if (!isStreamStart(value)) throw broken("does not begin as one");
      started = true;
      yield { type: "start", start: value };
    } else if (isWireChange(value)) {
      batch.push(value);
      if (batch.length >= BATCH) {
        yield { type: "changes", changes: batch };
        batch = [];
      }
    } else if (isStreamEnd(value)) {
      if (batch.length > 0) yield { type: "changes", changes: batch };
      batch = [];
      ended = true;
      yield { type: "end", end: value };
    } else {
      throw broken("holds a line that is no record");
    }
  }
  if (batch.length > 0) yield { type: "changes", changes: batch };
  if (!ended) throw broken("broke off");
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      let from = 0;
      for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n", from)) {
        if (at > from) yield rest.slice(from, at);
        from = at + 1;
      }
      rest = rest.slice(from);
      if (done) break;
    }
    if (rest !== "") yield rest;
  } finally {
    await reader.cancel().catch(() => undefined); // the stream may be broken already
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (thrown) {
    throw broken("has a broken line", thrown);
  }
}

function broken(how: string, cause?: unknown): SynclineError {
  return new SynclineError("unavailable", `The stream ${how}.`, { cause });
}
