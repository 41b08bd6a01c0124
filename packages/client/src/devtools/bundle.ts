// The support bundle: what somebody needs who is to help, and nothing of what the user wrote.

import { PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import type { Client, Definitions, LocalStore } from "../index.ts";
import type { Devtools } from "./instrument.ts";

const MAX_FRAMES = 200;

/** What is in a support bundle: names, shapes, states and counts; no values of fields, no tokens, no users. */
export async function supportBundle(
  client: Client<Definitions>,
  devtools: Devtools,
  store: LocalStore,
): Promise<object> {
  const { reason, ...status } = client.status.getSnapshot();
  const device = await store.device();
  const spaces = await store.spaces();
  const nameOf = spaceNames();
  return {
    madeAt: new Date().toISOString(),
    protocol: PROTOCOL_VERSIONS,
    platform: navigator.userAgent,
    device: device === undefined ? null : { clientId: device.clientId, clock: device.clock },
    status: { ...status, reason: reason?.code ?? null },
    storage: await client.storage(),
    clockOffsetMs: devtools.clockOffsetMs(),
    simulation: devtools.simulation,
    spaces: await Promise.all(spaces.map((space) => describeSpace(space, nameOf(space), store))),
    frames: devtools.log
      .entries()
      .slice(-MAX_FRAMES)
      .map(({ body, space, ...head }) => ({ ...head, space: nameOf(space), code: codeOf(body) })),
  };
}

/** Names of spaces as they may be told: that of somebody's personal space is made from the user's id. */
function spaceNames(): (space: string) => string {
  const users = new Map<string, string>();
  return (space) => {
    if (!space.startsWith("~") || space === "~") return space;
    const name = users.get(space) ?? `~user${users.size + 1}`;
    users.set(space, name);
    return name;
  };
}

async function describeSpace(space: string, name: string, store: LocalStore): Promise<object> {
  return {
    ...(await store.state(space)),
    space: name,
    outbox: (await store.outbox(space)).map(({ mutation, state, attempts, createdAtMs }) => ({
      id: mutation.id,
      state,
      attempts,
      createdAtMs,
      changes: shapeOf(mutation.changes),
    })),
    inbox: (await store.inbox(space)).map(({ mutation, reason, error, parkedAtMs }) => ({
      reason,
      code: error.code,
      path: error.path,
      parkedAtMs,
      changes: shapeOf(mutation.changes),
    })),
  };
}

/** Saves the bundle as a file. */
export async function saveBundle(...given: Parameters<typeof supportBundle>): Promise<void> {
  const text = JSON.stringify(await supportBundle(...given), null, 2);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "syncline-support.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function shapeOf(
  changes: readonly { op: string; collection: string; id: string; fields?: object }[],
): object[] {
  return changes.map(({ op, collection, id, fields }) => ({
    op,
    collection,
    id,
    fields: shape(fields),
  }));
}

/** Field names with the kinds of their values. */
function shape(fields: object | undefined): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [
      name,
      value === null ? "null" : Array.isArray(value) ? `list of ${value.length}` : typeof value,
    ]),
  );
}

function codeOf(body: unknown): string | undefined {
  const held = typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
  return typeof held === "string" ? held : undefined;
}
