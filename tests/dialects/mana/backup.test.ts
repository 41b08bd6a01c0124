// GET /backup/export: the archive of older clients, with all that is a user's own, and nothing else.

import { createHash } from "node:crypto";
import { crc32, inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { type ManaServer, startMana } from "./fixture.ts";

const at = "2026-05-01T08:00:00.000Z";
const later = "2026-05-01T09:00:00.000Z";

/** The files of an archive, by its own list of them. */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  let entry = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const name = bytes.toString("utf8", entry + 46, entry + 46 + bytes.readUInt16LE(entry + 28));
    const [crc, packed, size] = [16, 20, 24].map((at) => bytes.readUInt32LE(entry + at));
    const local = bytes.readUInt32LE(entry + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = inflateRawSync(bytes.subarray(start, start + (packed ?? 0)));
    expect([name, content.length, crc32(content)]).toEqual([name, size, crc]);
    files.set(name, content.toString());
    entry += 46 + Buffer.byteLength(name);
  }
  return files;
}

onBothStores("a backup", (open) => {
  let server: ManaServer;
  beforeEach(async () => {
    // Nobody may sync.
    server = await startMana(
      open,
      {},
      { server: { gate: { ask: async (who) => who.userId === "ben" } } },
    );
  });
  afterEach(() => server.close());

  async function archive(user: string) {
    const answer = await server.call(user, "/backup/export");
    const texts = unzip(Buffer.from(await answer.arrayBuffer()));
    const lines = (texts.get("events.jsonl") ?? "").split("\n").filter((line) => line !== "");
    return {
      answer,
      names: [...texts.keys()],
      text: texts.get("events.jsonl") ?? "",
      events: lines.map((line) => JSON.parse(line) as { [name: string]: unknown }),
      manifest: JSON.parse(texts.get("manifest.json") ?? "{}") as { [name: string]: unknown },
    };
  }

  test("[DM16] a user is given every record of every app as an event, with a manifest that fits", async () => {
    const tasks = Array.from({ length: 2_300 }, (_, i) => ({
      table: "tasks",
      id: `k${i}`,
      op: "insert",
      data: { id: `k${i}`, title: `Grüße ${i}`, createdAt: at, updatedAt: at },
    }));
    const ben = server.device("ben", "laptop");
    await ben.push(tasks);
    await ben.push([
      { table: "tasks", id: "k1", op: "update", fields: { title: { value: "new", at: later } } },
      { table: "tasks", id: "k2", op: "delete", deletedAt: later },
    ]);
    await server
      .device("ben", "phone", "notes & more")
      .push([{ table: "notes", id: "n", op: "insert", data: { id: "n", text: "x" } }]);
    const { answer, names, text, events, manifest } = await archive("ben");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/zip"]);
    expect(answer.headers.get("content-disposition")).toMatch(
      /^attachment; filename="mana-backup-ben-\d{8}-\d{6}\.mana"$/,
    );
    expect(names).toEqual(["events.jsonl", "manifest.json"]);
    expect(events).toHaveLength(2_301);
    const of = (id: string) => events.find((event) => event["id"] === id);
    expect(of("k0")).toEqual({
      eventId: expect.any(String),
      schemaVersion: 1,
      appId: "todo",
      table: "tasks",
      id: "k0",
      op: "insert",
      data: { id: "k0", title: "Grüße 0", createdAt: at, updatedAt: at },
      fieldTimestamps: { id: at, title: at, createdAt: at, updatedAt: at },
      clientId: "laptop",
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
    });
    expect(of("k1")).toMatchObject({
      data: { title: "new" },
      fieldTimestamps: { title: later, createdAt: at },
    });
    expect(of("k2")).toMatchObject({ op: "delete", data: { deletedAt: later } });
    expect(of("n")).toMatchObject({
      appId: "notes & more",
      clientId: "phone",
      data: { text: "x" },
    });
    expect(manifest).toMatchObject({
      formatVersion: 1,
      userId: "ben",
      eventCount: 2_301,
      eventsSha256: createHash("sha256").update(text).digest("hex"),
      apps: ["notes & more", "todo"],
      producedBy: "mana-sync",
    });
  });

  test("[DM16] who may not sync may take away what is there; who shows no token may not", async () => {
    expect((await server.call("anna", "/sync/todo", { method: "POST", body: "{}" })).status).toBe(
      402,
    );
    const { events, manifest } = await archive("anna");
    expect([events, manifest["eventCount"], manifest["apps"]]).toEqual([[], 0, []]);
    const nobody = await fetch(`${server.url}/backup/export`);
    expect([nobody.status, await nobody.text()]).toEqual([
      401,
      "unauthorized: no authorization header\n",
    ]);
    const post = await server.call("anna", "/backup/export", { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET"]);
  });
});
