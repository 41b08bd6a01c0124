// Frames of the event stream: `data: {"events":[…],"next_cursor":{…}}`.

import { SynclineError } from "@syncline/core";
import { readJson } from "../../event/read-json.ts";
import type { PullPage, Version } from "../../ports.ts";
import { parseIntegerVersion, versionToWire, wireToVersion } from "../../versions/index.ts";
import { member, readRecords, writeRecords } from "../../wire/records.ts";

/** A frame for a page that has events. */
export function writeFrame(page: PullPage): string {
  const next = page.next === null ? "" : `,"next_cursor":${versionToWire(page.next)}`;
  return `data: {"events":${writeRecords(page.events)}${next}}\n\n`;
}

/** @throws {SynclineError} `invalid` for what is no frame */
export function readFrame(text: string): PullPage {
  const value = readJson(text);
  if (typeof value !== "object" || value === null) {
    throw new SynclineError("invalid", "A frame is an object with events.");
  }
  const records = readRecords(member(value, "events"), "events");
  const events = records.map(({ event, version }) => ({
    event,
    version: parseIntegerVersion(version),
  }));
  const wire = member(value, "next_cursor") ?? null;
  const next: Version | null =
    wire === null ? (events.at(-1)?.version ?? null) : wireToVersion(wire);
  return { events, next, more: false };
}

/** Cuts a stream into the data of its frames. What is not yet whole waits for more. */
export function createFrameReader(maxCharacters: number): (chunk: string) => string[] {
  let buffer = "";
  return (chunk) => {
    buffer += chunk;
    const parts = buffer.split(/\r?\n\r?\n/);
    buffer = parts.pop() ?? "";
    if (buffer.length > maxCharacters) {
      throw new SynclineError("too_large", `A frame may have ${maxCharacters} characters.`);
    }
    return parts.flatMap((frame) => {
      const lines = frame.split(/\r?\n/).filter((line) => line.startsWith("data:"));
      // Comments keep the line open, and say nothing.
      return lines.length === 0 ? [] : [lines.map((line) => line.slice(5).trimStart()).join("\n")];
    });
  };
}
