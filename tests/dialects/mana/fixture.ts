// A server that speaks mana-sync, and devices that call it with nothing but HTTP.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ManaOptions,
  manaDialect,
  openPostgresStore,
  openSqliteStore,
  type Store,
} from "@syncline/server";
import {
  startTestPostgres,
  startTestServer,
  type TestPostgres,
  type TestServer,
  type TestServerOptions,
} from "@syncline/server/testing";
import { afterAll, beforeAll, describe } from "vitest";

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

/** Opens the store of one test, with a path or database of its own. */
export type OpenStore = () => Promise<Store>;

/** Runs a suite on both stores. */
export function onBothStores(name: string, suite: (open: OpenStore) => void): void {
  describe(`${name} on SQLite`, () => {
    let folder = "";
    let count = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "syncline-mana-"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    suite(() => openSqliteStore({ path: join(folder, `${++count}.db`) }));
  });
  describe(`${name} on PostgreSQL`, () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await startTestPostgres();
    });
    afterAll(() => postgres.stop());
    suite(async () => openPostgresStore({ url: await postgres.database() }));
  });
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
