// Starts a server for a test: a free port, a secret of its own, tokens for anyone.

import { randomBytes } from "node:crypto";
import type { Limits } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import { issueToken } from "../auth/issue-token.ts";
import { createServer, type ServerOptions, type SynclineServer } from "../create-server.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { Store } from "../store/port.ts";

export interface TestServerOptions {
  /** Any app, without definitions, where left out. */
  readonly apps?: readonly AppDefinition[] | "open";
  /** An empty one in memory where left out. The server closes it. */
  readonly store?: Store;
  readonly limits?: Partial<Limits>;
  /** Anything else that a server can be told. */
  readonly server?: Partial<Omit<ServerOptions, "apps" | "store" | "limits">>;
}

export interface TestServer {
  readonly url: string;
  readonly server: SynclineServer;
  readonly store: Store;
  /** The secret that its tokens are signed with. */
  readonly secret: string;
  /** A token for a user, good for an hour. */
  token(userId: string): Promise<string>;
  /** Calls an address of the server as a user. A body is sent as JSON unless `init` names another type. */
  call(userId: string, path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const TOKEN_SECONDS = 3_600;
const PATIENT_LAG_MS = 15_000;

/**
 * Starts a server on a free port of 127.0.0.1.
 *
 * ```ts
 * import { startTestServer } from "@syncline/server/testing";
 *
 * await using server = await startTestServer();
 * const answer = await fetch(`${server.url}/v1/todo/~/changes`, {
 *   headers: { authorization: `Bearer ${await server.token("alice")}` },
 * });
 * console.log(answer.status); // 200
 * ```
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const store = options.store ?? createMemoryStore();
  const secret = options.server?.auth?.secret ?? randomBytes(32).toString("base64url");
  const server = await createServer({
    auth: { secret },
    port: 0,
    logLevel: "silent",
    ...options.server,
    // Tests share their cores with others: that a turn of the event loop is late says nothing about the server.
    httpLimits: { lagMs: PATIENT_LAG_MS, ...options.server?.httpLimits },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    apps: options.apps ?? "open",
    store,
  });
  await server.listen();
  const token = (userId: string) => issueToken({ secret, userId, expiresInSeconds: TOKEN_SECONDS });
  /** A token for many calls: to sign one takes longer than most of them. */
  const tokens = new Map<string, { readonly text: Promise<string>; readonly issuedMs: number }>();
  function tokenOf(userId: string): Promise<string> {
    const known = tokens.get(userId);
    const ageMs = Date.now() - (known?.issuedMs ?? 0);
    // Tests turn the clock, to either side.
    if (known !== undefined && ageMs >= 0 && ageMs < (TOKEN_SECONDS * 1_000) / 2) return known.text;
    const text = token(userId);
    tokens.set(userId, { text, issuedMs: Date.now() });
    return text;
  }
  return {
    url: server.url,
    server,
    store,
    secret,
    token,
    async call(userId, path, init = {}) {
      const headers = new Headers(init.headers);
      if (init.body !== undefined && !headers.has("content-type"))
        headers.set("content-type", "application/json");
      if (!headers.has("authorization"))
        headers.set("authorization", `Bearer ${await tokenOf(userId)}`);
      return await fetch(`${server.url}${path}`, { ...init, headers });
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}
