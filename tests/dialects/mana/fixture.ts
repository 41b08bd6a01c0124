// A server that speaks mana-sync, and devices that call it with nothing but HTTP.

import { type ManaOptions, manaDialect } from "@syncline/server";
import { startTestServer, type TestServer, type TestServerOptions } from "@syncline/server/testing";
import type { OpenStore } from "../stores.ts";

/** A change as the wire has it. */
export interface WireChange {
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly table: string;
  readonly id: string;
  readonly op: string;
  readonly fields?: { readonly [name: string]: { value: unknown; updatedAt: string; at: string } };
  readonly data?: { readonly [name: string]: unknown };
  readonly deletedAt?: string;
  readonly spaceId?: string;
  readonly actor?: unknown;
  readonly origin?: string;
}

export interface WireAnswer {
  readonly serverChanges: readonly WireChange[];
  readonly conflicts: readonly unknown[];
  readonly syncedUntil: string;
  readonly hasMore?: boolean;
}

/** A device of a user. */
export interface Device {
  push(
    changes: readonly unknown[],
    more?: { readonly since?: string; readonly [name: string]: unknown },
  ): Promise<WireAnswer>;
  pull(collection: string, since?: string): Promise<WireAnswer>;
}

export const EPOCH = "1970-01-01T00:00:00.000Z";

export interface ManaServer extends TestServer {
  device(userId: string, clientId: string, app?: string): Device;
}

export async function startMana(
  open: OpenStore,
  options: ManaOptions = {},
  server: Omit<TestServerOptions, "store"> = {},
): Promise<ManaServer> {
  const started = await startTestServer({
    ...server,
    store: await open(),
    server: { ...server.server, dialects: [manaDialect(options)] },
  });
  return {
    ...started,
    device(userId, clientId, app = "todo") {
      const headers = { "x-client-id": clientId };
      return {
        async push(changes, { since = EPOCH, ...more } = {}) {
          const body = JSON.stringify({ clientId, since, changes, ...more });
          return await answerOf(
            started.call(userId, `/sync/${app}`, { method: "POST", headers, body }),
          );
        },
        async pull(collection, since = EPOCH) {
          const query = new URLSearchParams({ collection, since });
          return await answerOf(started.call(userId, `/sync/${app}/pull?${query}`, { headers }));
        },
      };
    },
  };
}

async function answerOf(request: Promise<Response>): Promise<WireAnswer> {
  const response = await request;
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as WireAnswer;
}

/** Pulls a table to its end. */
export async function pullAll(
  device: Device,
  collection: string,
  since = EPOCH,
): Promise<WireAnswer[]> {
  const pages: WireAnswer[] = [];
  for (let cursor = since; ; ) {
    const page = await device.pull(collection, cursor);
    pages.push(page);
    if (page.hasMore !== true) return pages;
    cursor = page.syncedUntil;
  }
}
