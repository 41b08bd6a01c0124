// The builder's options may be said in any order: the manager that comes of them does the same.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Event } from "../ports.ts";
import { createReviewQueue } from "../resolvers/index.ts";
import { createMemoryStore } from "../stores/memory.ts";
import { idsOf, makeEvent } from "../testing/events.ts";
import { overHttp } from "../testing/over-http.ts";
import { type SyncBuilder, syncBuilder } from "./builder.ts";

/** What a manager did whose options were said in this order. */
async function outcomeOf(order: readonly string[]) {
  const [store, server] = [createMemoryStore(), createMemoryStore()];
  await store.storeBatch(["own-1", "own-2", "own-off"].map((id) => makeEvent(id)));
  await server.storeBatch(["other-1", "other-2", "other-off"].map((id) => makeEvent(id)));
  const decisions: string[] = [];
  const durations: string[] = [];
  const steps: { readonly [name: string]: (said: SyncBuilder) => SyncBuilder } = {
    store: (said) => said.withStore(store),
    transport: (said) => said.withTransport(overHttp(server)),
    resolver: (said) => said.withLWW(),
    review: (said) => said.withManualReview(createReviewQueue(store), "by hand"),
    filter: (said) => said.withFilter(({ id }: Event) => !id.endsWith("-off")),
    validation: (said) => said.withValidation(({ type }) => expect(type).not.toBe("")),
    batch: (said) => said.withBatchSize(1),
    interval: (said) => said.withSyncInterval(60_000),
    timeout: (said) => said.withTimeout(600_000),
    retry: (said) => said.withRetry({ attempts: 1 }),
    hooks: (said) =>
      said.withHooks({ onResolution: (_, { decision }) => void decisions.push(decision) }),
    metrics: (said) =>
      said.withMetrics({
        recordSyncDuration: (operation) => void durations.push(operation),
        recordSyncEvents: () => undefined,
        recordSyncErrors: () => undefined,
        recordConflicts: () => undefined,
      }),
  };
  const said = order.reduce((before, name) => steps[name]?.(before) ?? before, syncBuilder());
  const { eventsPulled, eventsPushed, conflictsResolved, errors } = await said.build().sync();
  return {
    steps: Object.keys(steps),
    did: { eventsPulled, eventsPushed, conflictsResolved, errors, decisions, durations },
    own: await idsOf(store),
    others: await idsOf(server),
  };
}

it("does the same in whatever order it was told", async () => {
  const { steps, ...expected } = await outcomeOf([
    ...["store", "transport", "resolver", "review", "filter", "validation", "batch"],
    ...["interval", "timeout", "retry", "hooks", "metrics"],
  ]);
  expect(expected.did).toMatchObject({ eventsPulled: 2, eventsPushed: 2, errors: [] });
  expect(expected.did.decisions.length).toBeGreaterThan(0);
  expect(expected.did.decisions).not.toContain("manual_review");
  const orders = fc.shuffledSubarray(steps, { minLength: steps.length });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const { steps: _steps, ...outcome } = await outcomeOf(order);
      expect(outcome).toEqual(expected);
    }),
  );
});
