// The load of the crash test: clients that push over plain HTTP and keep a log of what was acknowledged.

import { setTimeout as wait } from "node:timers/promises";
import type { Mutation, MutationResult, SyncResponse } from "@syncline/core";

/** What one client knows for sure. */
export interface ClientLog {
  readonly clientId: string;
  /** Mutations that the server acknowledged. */
  readonly acknowledged: Set<number>;
  /** The last mutation that was made, acknowledged or not. */
  made: number;
  /** Requests that were sent a second time, because the first got no answer. */
  repeated: number;
}

export interface LoadOptions {
  readonly url: () => string;
  readonly token: string;
  readonly clients: number;
  readonly signal: AbortSignal;
}

/** Keeps pushing until the signal fires, then sends what has no answer yet. Every push is repeated until it has one. */
export async function runLoad(options: LoadOptions): Promise<ClientLog[]> {
  return await Promise.all(
    Array.from({ length: options.clients }, (_, index) => runClient(`crash-${index}`, options)),
  );
}

async function runClient(clientId: string, options: LoadOptions): Promise<ClientLog> {
  const log: ClientLog = { clientId, acknowledged: new Set(), made: 0, repeated: 0 };
  while (!options.signal.aborted) {
    const size = 1 + (log.made % 5);
    const mutations = Array.from({ length: size }, (_, i) =>
      mutationOf(clientId, log.made + 1 + i),
    );
    log.made += size;
    const results = await pushUntilAnswered(clientId, mutations, log, options);
    for (const result of results) {
      if (result.status !== "applied" && result.status !== "duplicate") {
        throw new Error(`Mutation ${result.id} of ${clientId}: ${JSON.stringify(result)}`);
      }
      log.acknowledged.add(result.id);
    }
  }
  return log;
}

/** Each mutation writes a record of its own and counts one up: the one shows a loss, the other a repetition. */
function mutationOf(clientId: string, id: number): Mutation {
  const time = `${new Date().toISOString()}-0000-${clientId}`;
  return {
    id,
    seen: null,
    changes: [
      { collection: "entries", id: `${clientId}.${id}`, op: "put", time, fields: { number: id } },
      {
        collection: "totals",
        id: clientId,
        op: id === 1 ? "put" : "patch",
        time,
        fields: { count: 1 },
      },
    ],
  };
}

async function pushUntilAnswered(
  clientId: string,
  mutations: readonly Mutation[],
  log: ClientLog,
  { url, token }: LoadOptions,
): Promise<readonly MutationResult[]> {
  for (let attempt = 0; attempt < 20_000; attempt++) {
    if (attempt > 0) log.repeated += 1;
    try {
      const response = await fetch(`${url()}/v1/crash/shared/sync`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({
          clientId,
          now: `${new Date().toISOString()}-0000-${clientId}`,
          cursor: null,
          policies: { totals: "counter" },
          mutations,
          pull: { limit: 1 },
        }),
        signal: AbortSignal.timeout(60_000),
      });
      if (response.ok) {
        const answer = (await response.json()) as SyncResponse; // our own server's answer
        if (answer.results.length === mutations.length) return answer.results;
      } else if (response.status !== 503) {
        throw new Refused(`${response.status} ${await response.text()}`);
      }
    } catch (thrown) {
      if (thrown instanceof Refused) throw thrown;
      // The server is down or died while answering: what the test is about. Send the same again.
    }
    await wait(50); // not faster: eight clients that ask a dead server take its start the processor
  }
  throw new Error("The server did not come back.");
}

class Refused extends Error {}
