// The bus over PostgreSQL's LISTEN and NOTIFY, on a connection of its own: not through a pooler in transaction mode.

import { isSynclineError, SynclineError } from "@syncline/core";
import type pg from "pg";
import { postgresError } from "../store/postgres/errors.ts";
import type { Bus } from "./port.ts";
import { createRemoteBus, type LinkEvents } from "./remote.ts";

export interface PostgresBusOptions {
  readonly url: string;
  /** What messages are sealed with, the same on all nodes: see `busKeyOf`. */
  readonly key: string;
  /** What all channels begin with; `syncline` where left out. */
  readonly prefix?: string;
  failed?(thrown: unknown): void;
}

const RETRY_MS = 500;
/** Statements that wait; with more, the next ones are lost, and found out by polling. */
const MAX_FLYING = 1_000;

/**
 * Opens a bus between servers over PostgreSQL's `NOTIFY`.
 * @throws {SynclineError} `unavailable` when the database cannot be reached at the start
 */
export async function openPostgresBus(options: PostgresBusOptions): Promise<Bus> {
  const { url, prefix = "syncline" } = options;
  const failed = (thrown: unknown) => options.failed?.(thrown);
  const { Client } = (await import("pg")).default; // only who needs it loads it
  const wanted = new Set<number>();
  let events: LinkEvents | undefined;
  let client: pg.Client | undefined;
  let lastError: unknown;
  let flying = 0;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  const nameOf = (channel: number) => `${prefix}_p_${channel}`;

  async function open(): Promise<pg.Client> {
    const fresh = new Client({
      connectionString: url,
      application_name: "syncline bus",
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    fresh.on("error", (thrown) => {
      lastError = thrown;
      failed(thrown);
    });
    fresh.on("end", () => {
      if (client === fresh) lose();
    });
    fresh.on("notification", ({ channel, payload }) => {
      const number = Number(channel.slice(channel.lastIndexOf("_") + 1));
      if (payload !== undefined) events?.heard(number, payload);
    });
    await fresh.connect();
    // One statement for all: thousands of round trips would be a pause.
    if (wanted.size > 0)
      await fresh.query([...wanted].map((channel) => `LISTEN "${nameOf(channel)}"`).join("; "));
    return fresh;
  }

  /** One statement after the other: a connection takes no more. */
  function ask(statement: string, values: readonly string[] = []): void {
    const own = client;
    if (own === undefined || flying >= MAX_FLYING) return;
    flying += 1;
    last = last
      .then(() => (client === own ? own.query(statement, [...values]) : undefined))
      .catch(failed)
      .then(() => {
        flying -= 1;
      });
  }

  function lose(): void {
    client = undefined;
    if (closed) return;
    events?.changed(lastError);
    setTimeout(() => {
      if (closed) return;
      open().then(
        (fresh) => {
          if (closed) return void fresh.end().catch(failed);
          client = fresh;
          events?.reconnected();
          return undefined;
        },
        (thrown: unknown) => {
          failed(thrown);
          lose();
        },
      );
    }, RETRY_MS).unref();
  }

  try {
    client = await open();
  } catch (thrown) {
    const error = postgresError(thrown);
    const why = isSynclineError(error) ? error.message : "It cannot be reached.";
    throw new SynclineError("unavailable", `The bus: ${why}`, { cause: thrown });
  }
  return createRemoteBus(options, (given) => {
    events = given;
    return {
      send: (channel, text) => ask("SELECT pg_notify($1, $2)", [nameOf(channel), text]),
      listen(channel) {
        wanted.add(channel);
        ask(`LISTEN "${nameOf(channel)}"`);
      },
      unlisten(channel) {
        wanted.delete(channel);
        ask(`UNLISTEN "${nameOf(channel)}"`);
      },
      isConnected: () => client !== undefined,
      async close() {
        closed = true;
        await client?.end().catch(failed);
      },
    };
  });
}
