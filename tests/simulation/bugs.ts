// Planted bugs: mistakes that others have shipped, put between the parts to show that the checks find them.

import type { LocalStore, Transport } from "@syncline/client";
import { lww, type MergePolicy, type SyncResponse } from "@syncline/core";
import type { CommitUnit, Engine, Store } from "@syncline/server";
import { COPY_BUGS } from "./copy-bugs.ts";
import { LIVE_BUGS } from "./live-bugs.ts";
import { changed, type PlantedBug } from "./planted-bug.ts";
import { RIGHTS_BUGS } from "./rights-bugs.ts";

const YEAR_MS = 365 * 86_400_000;

type Unit = CommitUnit<unknown>;
type Loaded = Parameters<Unit["decide"]>[0];

/** A store whose commits go through a changed `decide`. */
function withDecide(
  store: Store,
  decide: (unit: Unit, loaded: Loaded) => ReturnType<Unit["decide"]>,
): Store {
  const commit = (units: readonly Unit[]) =>
    store.commit(
      units.map((unit) => ({ ...unit, decide: (loaded: Loaded) => decide(unit, loaded) })),
    );
  return changed(store, { commit: commit as Store["commit"] }); // the same but for the results' type
}

const revivingLww: MergePolicy = {
  name: "lww",
  merge: (current, change, context) =>
    lww.merge(
      current,
      change.op === "patch" && current?.deleted === true
        ? { ...change, op: "put", fields: { ...current.fields, ...change.fields } }
        : change,
      context,
    ),
};

export const BUGS: readonly PlantedBug[] = [
  ...LIVE_BUGS,
  ...RIGHTS_BUGS,
  ...COPY_BUGS,
  {
    name: "the cursor is saved before the rows",
    foundBy: /S1|S11/,
    client: () => ({
      wrapStore: (store) =>
        changed<LocalStore>(store, {
          apply: async (page) => {
            if (page.final && page.changes.length > 0) {
              await store.apply({ ...page, changes: [] });
            }
            return await store.apply(page);
          },
        }),
    }),
  },
  {
    name: "a page and its cursor are read in two statements",
    foundBy: /S1/,
    server: ({ sleep }) => ({
      wrapStore: (store) =>
        changed<Store>(store, {
          page: async (request) => {
            const page = await store.page(request);
            await sleep(300);
            const head = await store.head(request.space);
            if (page === undefined || head === undefined || page.more) return page;
            return { ...page, head, stamp: head.stamp };
          },
        }),
    }),
  },
  {
    name: "the last mutation is stored in a transaction of its own",
    foundBy: /S2|S3|S4/,
    server: ({ sleep }) => ({
      wrapStore: (store) => {
        const commit = async (units: readonly Unit[]): Promise<unknown[]> => {
          const clients: {
            space: string;
            writes: NonNullable<ReturnType<Unit["decide"]>["writes"]>;
          }[] = [];
          const results = await store.commit(
            units.map((unit) => ({
              ...unit,
              decide: (loaded: Loaded) => {
                const { writes, result } = unit.decide(loaded);
                if (writes?.client === undefined)
                  return writes === undefined ? { result } : { writes, result };
                clients.push({ space: unit.space, writes });
                const { client: _later, ...now } = writes;
                return { writes: now, result };
              },
            })),
          );
          await sleep(300);
          for (const { space, writes } of clients) {
            await store.commit([
              {
                space,
                records: [],
                decide: (loaded) =>
                  loaded === undefined || writes.client === undefined
                    ? { result: null }
                    : {
                        writes: {
                          head: loaded.head,
                          records: [],
                          history: [],
                          client: writes.client,
                        },
                        result: null,
                      },
              },
            ]);
          }
          return results;
        };
        return changed(store, { commit: commit as Store["commit"] }); // the same but for the results' type
      },
    }),
  },
  {
    name: "an outbox row is deleted when it is sent",
    foundBy: /S2|S4|S15/,
    client: () => {
      const sent = new Map<number, Set<number>>();
      return {
        wrapStore: (store, device) =>
          changed<LocalStore>(store, {
            markOutbox: async (space, ids, state) => {
              const gone = sent.get(device) ?? new Set();
              sent.set(device, gone);
              if (state === "sent") for (const id of ids) gone.add(id);
              await store.markOutbox(space, ids, state);
            },
            outbox: async (space) =>
              (await store.outbox(space)).filter(
                ({ mutation }) => sent.get(device)?.has(mutation.id) !== true,
              ),
          }),
      };
    },
  },
  {
    name: "pages of a catch-up are shown one by one",
    foundBy: /S11|S1/,
    client: () => ({
      wrapStore: (store) =>
        changed<LocalStore>(store, {
          apply: (page) => store.apply(page.replace ? page : { ...page, final: true }),
        }),
    }),
  },
  {
    name: "a repeated mutation gets a new time",
    foundBy: /S2|S3|S4/,
    client: () => ({
      wrapTransport: (transport) => {
        const sent = new Set<number>();
        return changed<Transport>(transport, {
          sync: (space, request, options) => {
            const mutations = request.mutations.map((mutation) => {
              const again = sent.has(mutation.id);
              sent.add(mutation.id);
              if (!again) return mutation;
              return {
                ...mutation,
                changes: mutation.changes.map((change) => ({ ...change, time: request.now })),
              };
            });
            return transport.sync(space, { ...request, mutations }, options);
          },
        });
      },
    }),
  },
  {
    name: "times are not held back to the server's clock",
    foundBy: /S17/,
    server: () => ({
      wrapStore: (store) =>
        withDecide(store, (unit, loaded) =>
          unit.decide(
            loaded && {
              ...loaded,
              head: {
                ...loaded.head,
                clock: { ms: loaded.head.createdAtMs + YEAR_MS, counter: 0 },
              },
            },
          ),
        ),
    }),
  },
  {
    name: "an edit revives a deleted record",
    foundBy: /S12|S16/,
    server: () => ({
      apps: [
        {
          name: "world",
          collections: {
            items: { policy: revivingLww },
            notes: { policy: "versioned" },
            events: { policy: "log" },
            counts: { policy: "counter" },
          },
        },
      ],
    }),
  },
  {
    name: "compaction does not raise the horizon",
    foundBy: /S1/,
    server: () => ({
      wrapStore: (store) =>
        changed<Store>(
          withDecide(store, (unit, loaded) =>
            unit.decide(loaded && { ...loaded, head: { ...loaded.head, horizon: 0 } }),
          ),
          {
            page: async (request) => {
              const page = await store.page(request);
              return page && { ...page, head: { ...page.head, horizon: 0 } };
            },
          },
        ),
    }),
  },
  {
    name: "what the server could not answer counts as done",
    foundBy: /S2|S4|S15|V1/,
    client: () => ({
      wrapTransport: (transport) =>
        changed<Transport>(transport, {
          sync: async (space, request, options): Promise<SyncResponse> => {
            try {
              return await transport.sync(space, request, options);
            } catch (thrown) {
              if (request.cursor === null || request.mutations.length === 0) throw thrown;
              return {
                results: request.mutations.map(({ id }) => ({ id, status: "applied" as const })),
                changes: [],
                cursor: request.cursor,
                more: false,
                lastMutation: request.mutations.at(-1)?.id ?? 0,
                now: request.now,
              };
            }
          },
        }),
    }),
  },
  {
    name: "half of a mutation is written",
    foundBy: /S1|S5|S11|S12/,
    server: () => ({
      wrapStore: (store) =>
        withDecide(store, (unit, loaded) => {
          const { writes, result } = unit.decide(loaded);
          if (writes === undefined) return { result };
          const records = writes.records.length > 1 ? writes.records.slice(0, -1) : writes.records;
          return { writes: { ...writes, records }, result };
        }),
    }),
  },
  {
    name: "a repeated push is not recognised",
    foundBy: /S2|S4|V1/,
    server: () => ({
      wrapEngine: (engine) => {
        let pushes = 0;
        return changed<Engine>(engine, {
          sync: async (principal, address, request) => {
            if (request.mutations.length === 0)
              return await engine.sync(principal, address, request);
            pushes += 1;
            const offset = (request.mutations[0]?.id ?? 1) - 1;
            const mutations = request.mutations.map((mutation) => ({
              ...mutation,
              id: mutation.id - offset,
            }));
            const clientId = `${request.clientId}.${pushes}`;
            const { results, delta } = await engine.sync(principal, address, {
              ...request,
              clientId,
              mutations,
            });
            return {
              results: results.map((result) => ({ ...result, id: result.id + offset })),
              delta: { ...delta, lastMutation: delta.lastMutation + offset },
            };
          },
        });
      },
    }),
  },
  {
    name: "a push is acknowledged before it is durable",
    foundBy: /S2|S4|S15|V1/,
    server: ({ sleep }) => ({
      wrapStore: (store) => {
        const commit = async (units: readonly Unit[]): Promise<unknown[]> => {
          const results: unknown[] = [];
          const dry = units.map((unit) => ({
            ...unit,
            decide: (loaded: Loaded) => {
              const { result } = unit.decide(loaded);
              results.push(result);
              return { result };
            },
          }));
          await store.commit(dry);
          void sleep(250).then(() => store.commit(units));
          return results;
        };
        return changed(store, { commit: commit as Store["commit"] }); // the same but for the results' type
      },
    }),
  },
  {
    name: "a record becomes visible behind a cursor that has passed it",
    foundBy: /S1|S11/,
    server: () => ({
      wrapStore: (store) =>
        changed<Store>(store, {
          page: async (request) => {
            const page = await store.page(request);
            if (page === undefined || page.count < 2 || page.more || request.separator === "\n")
              return page;
            const records = JSON.parse(`[${page.changes}]`) as unknown[];
            return {
              ...page,
              changes: records
                .slice(0, -1)
                .map((record) => JSON.stringify(record))
                .join(","),
              count: page.count - 1,
            };
          },
        }),
    }),
  },
  {
    name: "the outbox is cleared by any delta",
    foundBy: /S2|S4|S15/,
    client: () => ({
      wrapStore: (store) =>
        changed<LocalStore>(store, {
          apply: async (page) => {
            const ids = (await store.outbox(page.space)).map(({ mutation }) => mutation.id);
            await store.markOutbox(page.space, ids, "committed");
            return await store.apply({ ...page, lastMutation: Number.MAX_SAFE_INTEGER });
          },
        }),
    }),
  },
];
