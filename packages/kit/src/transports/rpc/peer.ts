// The peer's side of transports that carry questions and answers as texts: the same bodies as over HTTP, in an envelope.

import { SynclineError, toWellFormed } from "@syncline/core";
import { readJson } from "../../event/read-json.ts";
import { writeText } from "../../event/write-json.ts";
import { versionToWire, wireToVersion } from "../../versions/index.ts";
import { awake, createPeer, type PeerOptions } from "../../wire/peer.ts";
import {
  member,
  readRecords,
  toSynclineError,
  writePushReport,
  writeRecords,
} from "../../wire/records.ts";

export type RpcMethod = "push" | "pull" | "latest";

/** Answers one question. It never throws: what went wrong is in the answer. */
export type RpcPeer = (method: string, body: string, signal: AbortSignal) => Promise<string>;

/** An answer is `{"ok":…}` or `{"error":{"code":…,"message":…}}`. */
export function createRpcPeer(options: PeerOptions): RpcPeer {
  const { store } = options;
  const peer = createPeer(options);
  const methods: {
    readonly [method: string]: (body: unknown, signal: AbortSignal) => Promise<string>;
  } = {
    async push(body, signal) {
      const { rejected } = await peer.push(readRecords(body, "events"), { signal });
      return writePushReport(rejected);
    },
    async pull(body, signal) {
      if (typeof body !== "object" || body === null) throw new SynclineError("invalid");
      const since = member(body, "since") ?? null;
      const limit = member(body, "limit");
      const page = await peer.page(since === null ? null : wireToVersion(since), {
        signal,
        ...(typeof limit === "number" && limit > 0 ? { limit } : {}),
      });
      const next = page.next === null ? "" : `,"next":${versionToWire(page.next)}`;
      return `{"events":${writeRecords(page.events)}${next},"more":${page.more}}`;
    },
    async latest(_body, signal) {
      return writeText((await awake(store.latestVersion({ signal }))).toString(), "version");
    },
  };
  return async (method, body, signal) => {
    try {
      const answer = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (answer === undefined) throw new SynclineError("invalid", "There is no such method.");
      return `{"ok":${await answer(readJson(body), signal)}}`;
    } catch (thrown) {
      return errorAnswer(thrown);
    }
  };
}

/** The answer that says what went wrong. */
export function errorAnswer(thrown: unknown): string {
  const { code, message } = toSynclineError(thrown);
  return `{"error":{"code":"${code}","message":${writeText(toWellFormed(message), "message")}}}`;
}
