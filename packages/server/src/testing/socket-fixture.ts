// What tests of sockets share: a server, sockets that are closed at the end, and pushes by hand.

import type { SyncResponse } from "@syncline/core";
import { expect, onTestFinished } from "vitest";
import { createRawClient } from "./raw-client.ts";
import { openRawSocket, type RawSocket } from "./raw-socket.ts";
import { startTestServer, type TestServer } from "./start-server.ts";

export async function serve(...given: Parameters<typeof startTestServer>): Promise<TestServer> {
  const server = await startTestServer(...given);
  onTestFinished(() => server.close());
  return server;
}

export async function connect(...given: Parameters<typeof openRawSocket>): Promise<RawSocket> {
  const socket = await openRawSocket(...given);
  onTestFinished(() => socket[Symbol.asyncDispose]());
  return socket;
}

export function put(
  clientId: string,
  mutation: number,
  id: string,
  fields: object = { title: id },
) {
  const time = `2026-11-20T10:00:00.${String(mutation).padStart(3, "0")}Z-0000-${clientId}`;
  return {
    clientId,
    now: time,
    cursor: null,
    mutations: [
      { id: mutation, seen: null, changes: [{ collection: "todos", id, op: "put", time, fields }] },
    ],
  };
}

export async function push(server: TestServer, user: string, space: string, body: object) {
  const answer = await server.call(user, `/v1/todo/${space}/sync`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as SyncResponse;
}

/** A client that pushes past HTTP. */
export function clientOf(server: TestServer, space: string) {
  const options = { clientId: "c1", userId: "alice", space };
  return createRawClient({ engine: server.server.engine, now: () => Date.now() }, options);
}
