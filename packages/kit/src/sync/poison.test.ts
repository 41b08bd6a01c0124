// Events that others stored and we would not: they are handed on, are judged by who takes them, and hold nobody up.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventStore } from "../ports.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { createHttpTransport } from "../transports/http/client.ts";
import { createSyncHandler } from "../transports/http/index.ts";
import { createSyncManager } from "./sync-manager.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-kit-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LONG = "x".repeat(2_000);
const DEEP = `${"[".repeat(300)}${"]".repeat(300)}`;

/** A store of the original's making, with everything that its clients can put there. */
async function openPoisoned(): Promise<EventStore> {
  const path = join(folder, "events.db");
  const db = new DatabaseSync(path);
  db.exec(`CREATE TABLE events (version INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    aggregate_id TEXT NOT NULL, event_type TEXT NOT NULL, data TEXT, metadata TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`);
  const add = db.prepare(
    "INSERT INTO events (id, aggregate_id, event_type, data, metadata) VALUES (?, ?, ?, ?, 'null')",
  );
  for (const [id, type, data] of [
    ["good-1", "Noted", "1"],
    ["", "Noted", "2"],
    ["no-type", "", "3"],
    [LONG, "Noted", "4"],
    ["nul\u0000", "Noted", "5"],
    ["deep", "Noted", DEEP],
    ["big", "Noted", JSON.stringify("x".repeat(1_100_000))],
    ["good-2", "Noted", "6"],
  ] as const)
    add.run(id, "a", type, data);
  db.close();
  return await openSqliteStore({ path });
}
const TAKEN = ["good-1", "", "no-type", "good-2"];

describe("a file with events that we would not store", () => {
  it("is pushed: what the peer can take is there, and the rest is named", async () => {
    await using store = await openPoisoned();
    const server = createMemoryStore();
    const manager = createSyncManager({ store, transport: overHttp(server) });
    const { errors, rejected, eventsPushed } = await manager.push();
    expect([errors, eventsPushed]).toEqual([[], TAKEN.length]);
    expect(rejected.map(({ id }) => id)).toEqual([LONG, "nul\u0000", "deep", "big"]);
    expect(await idsOf(server)).toEqual(TAKEN);
    await store.store(makeEvent("later"));
    expect(await manager.push()).toMatchObject({ errors: [], eventsPushed: 1 });
  });

  it("is served: nothing in it keeps the others from being pulled", async () => {
    await using store = await openPoisoned();
    const handler = createSyncHandler({ store });
    const answer = await handler(new Request("http://peer/pull"));
    expect(answer.status).toBe(200);
    expect((await answer.json()) as unknown[]).toHaveLength(8);
    const mine = createMemoryStore();
    const manager = createSyncManager({ store: mine, transport: overHttp(store) });
    expect((await manager.pull()).errors).toEqual([]);
    expect(await idsOf(mine)).toEqual(TAKEN);
  });
});

describe("what cannot be stored is said", () => {
  const record = (id: string, data: unknown = 1) => ({
    event: { id, type: "", aggregate_id: "a", data, metadata: null },
    version: "1",
  });
  const push = async (server: EventStore, body: string) => {
    const answer = await createSyncHandler({ store: server })(
      new Request("http://peer/push", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      }),
    );
    return [answer.status, await answer.text()] as const;
  };

  it("to the original's client by the status, after all others were stored", async () => {
    const server = createMemoryStore();
    const body = JSON.stringify([record("a"), record(LONG), record("b")]);
    const [status, text] = await push(server, body);
    expect([status, JSON.parse(text)]).toMatchObject([
      422,
      { error: expect.stringContaining("1 of 3 events cannot be stored") },
    ]);
    expect(await idsOf(server)).toEqual(["a", "b"]);
    // Another event under an id is none of its errors.
    expect((await push(server, JSON.stringify([record("a", 2)])))[0]).toBe(200);
  });

  it("to ours in the report", async () => {
    const server = createMemoryStore();
    const transport = createHttpTransport({
      url: "http://peer",
      fetch: (input, init) => createSyncHandler({ store: server })(new Request(input, init)),
    });
    const { version } = await createMemoryStore().store(makeEvent("a"));
    const { rejected } = await transport.push([
      { event: makeEvent(LONG), version },
      { event: makeEvent("a"), version },
    ]);
    expect(rejected.map(({ id, error }) => [id, error.code])).toEqual([[LONG, "invalid"]]);
    expect(await idsOf(server)).toEqual(["a"]);
  });

  it("half a character is read as the original reads it", async () => {
    const server = createMemoryStore();
    const body = `[{"event":{"id":"a\\ud800","type":"T","aggregate_id":"","data":{"\\udc00k":"\\ud83d\\ude00 \\\\ud800 \\ud83d"},"metadata":null},"version":"1"}]`;
    expect((await push(server, body))[0]).toBe(200);
    const [stored] = await server.loadByIds(["a\ufffd"]);
    expect(stored?.event.data).toEqual({ "\ufffdk": "\u{1f600} \\ud800 \ufffd" });
  });
});
