// A server that speaks mana-sync, and devices that call it with nothing but HTTP.

import { type ManaOptions, manaDialect } from "@syncline/server";
import { startTestServer, type TestServer, type TestServerOptions } from "@syncline/server/testing";
import type { OpenStore } from "../stores.ts";
import { EPOCH, type WireAnswer, type WireChange } from "./wire.ts";

export { EPOCH, type WireAnswer, type WireChange };

/** A device of a user. */
export interface Device {
  push(
    changes: readonly unknown[],
    more?: { readonly since?: string; readonly [name: string]: unknown },
  ): Promise<WireAnswer>;
  pull(collection: string, since?: string): Promise<WireAnswer>;
}

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
