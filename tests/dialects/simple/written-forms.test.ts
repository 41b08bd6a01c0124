// simple-sync: ids come back as they were sent, all written forms of one UUID are one event, and the request alone bounds sizes.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CLOCK_START, formatTime, tick } from "@syncline/core";
import { createMemoryStore, openSqliteStore } from "@syncline/server";
import { runCommand } from "@syncline/server/cli";
import { expect, test } from "vitest";
import { onBothStores } from "../stores.ts";
import { eventOf, NOW_MS, type SimpleServer, serve, uuidAt, type WireEvent } from "./fixture.ts";

const E = "/api/v1/events";
const SECRET = "a secret that is at least 32 characters long";
const LEGACY = { legacy: { secret: SECRET, signIn: async () => ({ userUuid: "user-123" }) } };

/** One UUID in each form that the original reads. */
function formsOf(uuid: string): string[] {
  const bare = uuid.replaceAll("-", "");
  return [uuid, uuid.toUpperCase(), bare, bare.toUpperCase(), `{${uuid}}`, `urn:uuid:${uuid}`];
}

const older = ({ user, item, ...rest }: WireEvent) => ({ ...rest, userUuid: user, itemUuid: item });

onBothStores("simple-sync, ids and sizes", (open) => {
  /** A server with both forms; `push` and `read` by each. */
  async function both() {
    const server = await serve(open, LEGACY);
    const { json } = await server.call("POST", "/auth/token", undefined, {
      username: "u",
      password: "p",
    });
    const { token } = json as { token: string };
    const bearer = { Authorization: `Bearer ${token}` };
    const callers = {
      key: {
        user: ".root",
        push: (...events: WireEvent[]) => server.call("POST", E, server.rootKey, events),
        read: () => server.events(),
      },
      token: {
        user: "user-123",
        push: (...events: WireEvent[]) =>
          server.call("POST", E, undefined, events.map(older), bearer),
        async read() {
          const answer = await server.call("GET", E, undefined, undefined, bearer);
          const events = answer.json as ReturnType<typeof older>[];
          return events.map(({ userUuid, itemUuid, ...rest }) => ({
            ...rest,
            user: userUuid,
            item: itemUuid,
          }));
        },
      },
    };
    return { server, callers };
  }

  test.each(["key", "token"] as const)("ids come back as they were sent, by %s", async (form) => {
    const caller = (await both()).callers[form];
    const sent = formsOf(uuidAt(1_760_000_000)).map((_, i) => {
      const event = eventOf(caller.user);
      return { ...event, uuid: formsOf(event.uuid)[i] ?? "" };
    });
    expect((await caller.push(...sent)).status).toBe(200);
    const byUuid = (events: readonly WireEvent[]) =>
      events.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1));
    expect(byUuid(await caller.read())).toEqual(byUuid(sent));
  });

  test.each(["key", "token"] as const)(
    "an event sent again in another form is one event, by %s",
    async (form) => {
      const caller = (await both()).callers[form];
      for (const first of formsOf(uuidAt(1_760_000_000)).keys()) {
        const event = eventOf(caller.user);
        const forms = formsOf(event.uuid).map((uuid) => ({ ...event, uuid }));
        const before = await caller.read();
        const kept = forms[first] as WireEvent;
        // As a push that was sent again after its answer was lost, and as two copies in one push.
        for (const push of [[kept], forms, [...forms, ...forms]])
          expect((await caller.push(...push)).status).toBe(200);
        expect(await caller.read()).toHaveLength(before.length + 1);
        expect(await caller.read()).toContainEqual(kept);
        for (const uuid of formsOf(event.uuid)) {
          const other = await caller.push({ ...event, uuid, payload: "other" });
          expect(other).toMatchObject({ status: 409, json: { eventUuid: uuid } });
        }
      }
    },
  );

  test.each(["key", "token"] as const)(
    "the request alone bounds names and payloads, by %s",
    async (form) => {
      const caller = (await both()).callers[form];
      const sent = [
        { ...eventOf(caller.user), item: "x".repeat(20_000) },
        { ...eventOf(caller.user), action: "x".repeat(20_000) },
        { ...eventOf(caller.user), payload: "x".repeat(2 * 1024 * 1024) },
      ];
      if (form === "token") sent.push({ ...eventOf(caller.user), uuid: "y".repeat(5_000) });
      for (const event of sent) expect((await caller.push(event)).status).toBe(200);
      const read = await caller.read();
      for (const event of sent) expect(read.find(({ uuid }) => uuid === event.uuid)).toEqual(event);
      expect((await caller.push(...sent)).status).toBe(200);
      expect(await caller.read()).toHaveLength(sent.length);
    },
  );

  test("half a character is U+FFFD, as Go reads it", async () => {
    const { callers } = await both();
    const event = { ...eventOf(".root", "a\ud800b"), payload: "\udc00" };
    expect((await callers.key.push(event)).status).toBe(200);
    expect(await callers.key.read()).toEqual([{ ...event, item: "a\ufffdb", payload: "\ufffd" }]);
    expect((await callers.key.push(event)).status).toBe(200);
    expect(await callers.key.read()).toHaveLength(1);
  });

  test("a time in milliseconds is one whose seconds would be beyond all times", async () => {
    const { callers } = await both();
    // In the spring of 1970 a number may be either; the original takes it for seconds.
    const ms = 5_000_000_000;
    const hex = ms.toString(16).padStart(12, "0");
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-000000000000`;
    const event = { ...eventOf(".root"), uuid };
    expect(await callers.key.push({ ...event, timestamp: ms })).toMatchObject({
      status: 400,
      json: { error: "invalid timestamp", eventUuid: uuid },
    });
    expect((await callers.key.push({ ...event, timestamp: ms / 1000 })).status).toBe(200);
  });
});

test("whatever a server took is exported, imported, and sent again as one event", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "syncline-forms-"));
  const syncline = async (...args: string[]) => {
    const said = { out: "", err: "" };
    const code = await runCommand(args, {
      stdout: { write: (text) => (said.out += text) },
      stderr: { write: (text) => (said.err += text) },
      stdin: Readable.from([]),
      env: {},
      cwd,
      signal: new AbortController().signal,
    });
    return { code, ...said };
  };
  const storeOf = (folder: string) => () =>
    openSqliteStore({ path: join(cwd, folder, "syncline.db") });
  try {
    const own = (change: Partial<WireEvent>) => ({ ...eventOf(".root"), ...change });
    const events: WireEvent[] = [
      own({ item: "x".repeat(3_000), payload: "x".repeat(3 * 1024 * 1024) }),
      own({ payload: "no line ends here: \u2028\u2029\u0085\r" }),
      ((one) => ({ ...one, timestamp: one.timestamp * 1000 + 345 }))(eventOf(".root")),
      ...formsOf(uuidAt(0)).map((_, i) =>
        ((one) => ({ ...one, uuid: formsOf(one.uuid)[i] ?? "" }))(eventOf(".root")),
      ),
    ];
    const push = async ({ call, rootKey }: SimpleServer) =>
      (await call("POST", E, rootKey, events)).status;
    const first = await serve(storeOf("one"));
    expect(await push(first)).toBe(200);
    const history = await first.events();
    await first.server.close();

    expect(await syncline("export", "simple", "h.jsonl", "--data", "one")).toMatchObject({
      code: 0,
    });
    expect(await syncline("import", "simple", "h.jsonl", "--data", "two")).toMatchObject({
      code: 0,
    });
    // Another server's export writes the same UUIDs in its own way.
    const lines = (await readFile(join(cwd, "h.jsonl"), "utf8")).trimEnd().split("\n");
    const rewritten = lines.map((line) => {
      const event = JSON.parse(line) as WireEvent;
      return JSON.stringify({ ...event, uuid: event.uuid.toUpperCase().replace("URN:UUID:", "") });
    });
    await writeFile(join(cwd, "again.jsonl"), rewritten.join("\n"));
    const again = await syncline("import", "simple", "again.jsonl", "--data", "two", "--json");
    expect(again.err).not.toContain("passed over");
    expect(JSON.parse(again.out)).toMatchObject({ written: 0, duplicates: lines.length });

    const second = await serve(storeOf("two"));
    expect(await push(second)).toBe(200);
    expect(await second.events()).toEqual(history);
    await second.server.close();
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});

test("native clients are held to the same, so that what they push is exported, too", async () => {
  const server = await serve(async () => createMemoryStore());
  const clientId = "native-client";
  let id = 0;
  const push = async (event: WireEvent, recordId: string) => {
    const { uuid, ...rest } = event;
    const fields = recordId === uuid ? rest : { ...rest, uuid };
    const change = { collection: "log", id: recordId, op: "put", fields };
    const time = formatTime(tick(CLOCK_START, NOW_MS), clientId);
    const answer = await server.call(
      "POST",
      "/v1/simple/main/sync",
      undefined,
      {
        clientId,
        now: time,
        cursor: null,
        policies: { log: "log" },
        mutations: [{ id: ++id, seen: null, changes: [{ ...change, time }] }],
      },
      {
        authorization: `Bearer ${server.rootKey}`,
        "content-type": "application/json",
      },
    );
    const { results } = answer.json as {
      results: { status: string; error?: { message: string } }[];
    };
    if (answer.status !== 200) throw new Error(answer.text);
    return results[0]?.error?.message ?? results[0]?.status;
  };
  const event = eventOf(".root");
  const other = eventOf(".root");
  const wrong = "An event lies under its own UUID";
  expect(await push(event, event.uuid)).toBe("applied");
  expect(await push({ ...other, uuid: other.uuid.toUpperCase() }, other.uuid)).toBe("applied");
  expect(await push(eventOf(".root"), uuidAt(NOW_MS / 1000))).toBe(wrong);
  const upper = uuidAt(NOW_MS / 1000).toUpperCase();
  expect(await push({ ...eventOf(".root"), uuid: upper }, upper)).toBe(wrong);
  const long = eventOf(".root", `.user.${"x".repeat(129)}`, ".user.create");
  expect(await push(long, long.uuid)).toBe("A user id has 1 to 128 characters");
  expect((await server.events()).map(({ uuid }) => uuid).toSorted()).toEqual(
    [event.uuid, other.uuid.toUpperCase()].toSorted(),
  );
});
