// The asking side of transports that carry questions and answers as texts.

import { asyncDispose, errorFromBody, SynclineError } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../../environment.ts";
import { readJson } from "../../event/read-json.ts";
import type { PullPage, PushReport, StoredEvent, Transport, Version } from "../../ports.ts";
import { parseIntegerVersion, versionToWire, wireToVersion } from "../../versions/index.ts";
import { pushBodies } from "../../wire/push-bodies.ts";
import { member, readRecords } from "../../wire/records.ts";
import { follow } from "../follow.ts";
import { rejectedOf } from "../http/push-report.ts";
import { createLifetime } from "../lifetime.ts";
import type { RpcMethod } from "./peer.ts";

/** What carries questions to a peer and answers back. */
export interface RpcLink {
  /** @throws {SynclineError} `offline`, `unavailable` */
  ask(method: RpcMethod, body: string, signal: AbortSignal): Promise<string>;
  /** Told when the peer may have something new, or is back. Gives a function that ends it. */
  onNews(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface RpcTransportOptions {
  /** The peer's name. */
  readonly peer: string;
  readonly link: RpcLink;
  /** What one message carries. */
  readonly maxCharacters: number;
  /** Carries pushes where they do not go as questions; `ask` is how they would. */
  push?(
    events: readonly StoredEvent[],
    signal: AbortSignal,
    ask: (events: readonly StoredEvent[]) => Promise<PushReport>,
  ): Promise<PushReport>;
  readonly pageEvents?: number;
  readonly pollMs?: number;
  readonly environment?: KitEnvironment;
}

const PAGE_EVENTS = 1_000;
const POLL_MS = 5_000;

export function createRpcTransport(options: RpcTransportOptions): Transport {
  const { link, maxCharacters, pageEvents = PAGE_EVENTS, pollMs = POLL_MS } = options;
  const environment = options.environment ?? systemEnvironment();
  const { call, keep, close } = createLifetime(() => link.close());
  const ask = async (method: RpcMethod, body: string, signal: AbortSignal) =>
    readAnswer(await link.ask(method, body, signal));
  const pull = async (
    since: Version | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<PullPage> => {
    const from = since === null || since.isZero() ? "" : `"since":${versionToWire(since)},`;
    return readPage(await ask("pull", `{${from}"limit":${Math.min(limit, pageEvents)}}`, signal));
  };
  const push = async (events: readonly StoredEvent[], signal: AbortSignal): Promise<PushReport> => {
    const rejected: PushReport["rejected"][number][] = [];
    for (const { body } of pushBodies(events, maxCharacters))
      rejected.push(...rejectedOf(await ask("push", body, signal)));
    return { rejected };
  };
  return {
    peer: options.peer,
    push: (events, given) =>
      call(
        given,
        async (signal) =>
          (await options.push?.(events, signal, (some) => push(some, signal))) ??
          (await push(events, signal)),
      ),
    pull: (since, given) =>
      call(given, (signal) => pull(since, given?.limit ?? pageEvents, signal)),
    latestVersion: (given) =>
      call(given, async (signal) =>
        parseIntegerVersion(String(await ask("latest", "null", signal))),
      ),
    subscribe: (handler, subscribe = {}) =>
      call(undefined, async () =>
        keep(
          follow({
            environment,
            pollMs,
            pull: (since, signal) => pull(since, pageEvents, signal),
            onNews: (listener) => link.onNews(listener),
            handler,
            subscribe,
          }),
        ),
      ),
    close,
    [asyncDispose]: close,
  };
}

/** @throws {SynclineError} what the peer says, or `unavailable` for what is no answer */
export function readAnswer(text: string): unknown {
  const answer = readJson(text);
  if (typeof answer === "object" && answer !== null) {
    const ok = member(answer, "ok");
    if (ok !== undefined) return ok;
    const error = member(answer, "error");
    if (typeof error === "object" && error !== null) {
      const code = String(member(error, "code"));
      throw errorFromBody({ code, message: String(member(error, "message")) });
    }
  }
  throw new SynclineError("unavailable", "The peer answered with something that is no answer.");
}

function readPage(value: unknown): PullPage {
  if (typeof value !== "object" || value === null) throw new SynclineError("unavailable");
  const events = readRecords(member(value, "events"), "events").map(({ event, version }) => ({
    event,
    version: parseIntegerVersion(version),
  }));
  const next = member(value, "next") ?? null;
  return {
    events,
    next: next === null ? null : wireToVersion(next),
    more: member(value, "more") === true,
  };
}
