// Codecs: how an app's values become JSON and back, event type by event type, and how old shapes are read as new ones.

import { SynclineError } from "@syncline/core";
import type { Event } from "../ports.ts";

/** Makes the data of one version into the data of the next. It must give the same for the same. */
export type UpCaster = (data: unknown) => unknown;

export interface EventCodec<Value = unknown> {
  readonly type: string;
  /** From version 1 to 2, from 2 to 3, and so on: the current version is one more than there are of these. */
  readonly upCasters?: readonly UpCaster[];
  /** JSON of the current version to what the app works with; the data itself where left out. */
  decode?(data: unknown): Value;
  /** The way back. */
  encode?(value: Value): unknown;
}

export interface CodecRegistry {
  /** An event as it is stored and sent: data as JSON, with its schema version where there is more than one. */
  encode(event: Event): Event;
  /** An event as the app reads it: of the current version, whatever it was written as. */
  decode(event: Event): Event;
}

/** Where an event says which version of its type's schema it was written in; 1 where it does not. */
export const SCHEMA_VERSION = "schema_version";

/**
 * Makes a registry. Events of types that it does not know pass through as they are.
 * @throws {SynclineError} `config` when two codecs are for one type
 */
export function createCodecs(codecs: readonly EventCodec[]): CodecRegistry {
  const byType = new Map(codecs.map((codec) => [codec.type, codec]));
  if (byType.size !== codecs.length) {
    throw new SynclineError("config", "There are two codecs for one event type.");
  }
  return {
    encode(event) {
      const codec = byType.get(event?.type);
      if (codec === undefined) return event;
      const data = guarded(event, "encoded", () => codec.encode?.(event.data) ?? event.data);
      const version = currentVersion(codec);
      if (version === 1) return { ...event, data };
      return { ...event, data, metadata: { ...event.metadata, [SCHEMA_VERSION]: version } };
    },
    decode(event) {
      const codec = byType.get(event.type);
      if (codec === undefined) return event;
      const written = schemaVersion(event);
      // A newer program wrote it: what this one does not know, it leaves alone.
      if (written > currentVersion(codec)) return event;
      const upCasters = (codec.upCasters ?? []).slice(written - 1);
      const data = guarded(event, "read", () => {
        const current = upCasters.reduce((old, upCast) => upCast(old), event.data);
        return codec.decode === undefined ? current : codec.decode(current);
      });
      if (upCasters.length === 0) return { ...event, data };
      const metadata = { ...event.metadata, [SCHEMA_VERSION]: currentVersion(codec) };
      return { ...event, data, metadata };
    },
  };
}

function currentVersion(codec: EventCodec): number {
  return (codec.upCasters?.length ?? 0) + 1;
}

function schemaVersion({ metadata }: Event): number {
  const version = Number(metadata?.[SCHEMA_VERSION] ?? 1);
  return Number.isSafeInteger(version) && version >= 1 ? version : 1;
}

function guarded<Result>(event: Event, what: string, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    const message = `Data of type ${JSON.stringify(event.type)} could not be ${what} by its codec.`;
    throw new SynclineError("invalid", message, { path: "data", cause });
  }
}
