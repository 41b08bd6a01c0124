// The engine: authorise → validate → merge → commit → publish.

import {
  DEFAULT_LIMITS,
  isId,
  type Limits,
  type Mutation,
  parseSpace,
  personalSpace,
  type RecordKey,
  ROOT_USER,
  recordKeyToText,
  SynclineError,
  type SyncRequest,
} from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { AddressOf } from "../auth/address-of.ts";
import type { Principal } from "../auth/principal.ts";
import { type Bus, type BusMessage, USERS_CHANNEL } from "../bus/port.ts";
import type { SpaceHead, Store } from "../store/port.ts";
import { admit, forbidden, type Knows, newSpace, refusalToWrite, suffices } from "./admit.ts";
import { appsByName } from "./apps-by-name.ts";
import { checkPolicies, checkPull, checkRequest, checkSchemaVersion } from "./check-push.ts";
import { createCommitQueue } from "./commit-queue.ts";
import type {
  Admitted,
  DeltaParts,
  Engine,
  PullRequest,
  SyncOutcome,
  WriteEachRequest,
} from "./contract.ts";
import { createCursorSeals } from "./cursor-seals.ts";
import { type Decision, decide } from "./decide.ts";
import { readDelta, streamLines } from "./delta.ts";
import { type EngineEnvironment, type EngineEvents, UNHEARD } from "./environment.ts";
import { explainRecord } from "./explain.ts";
import { createGate, type GateDefinition } from "./gate.ts";
import { createGuard } from "./guard.ts";
import { setMember } from "./members.ts";
import { publish } from "./publish.ts";
import { raiseStamp } from "./raise-stamp.ts";
import { readRecords } from "./read-records.ts";
import { commitByRules, type RuledCommitOptions } from "./ruled-commit.ts";
import { addRules, listRules } from "./rules.ts";
import { commitAsServer, SERVER_CLIENT, serverWrites } from "./server-writes.ts";
import { admitToMembers, createSharing } from "./sharing.ts";
import { itemOf, READ_ACTION, RULES_COLLECTION } from "./space-rules.ts";
import { writeEach } from "./write-each.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly apps: readonly AppDefinition[];
  /** Whether apps without a definition exist; for development. */
  readonly openApps: boolean;
  readonly limits?: Partial<Limits>;
  /** How many shared spaces a user may own before it can make no more; 1,000 where left out. */
  readonly spacesPerUser?: number;
  /** Pushes that may wait for their commit; 1,000 where left out. */
  readonly maxWaiting?: number;
  /** Who may sync at all; everybody where left out. */
  readonly gate?: GateDefinition;
  readonly environment: EngineEnvironment;
  readonly events?: Partial<EngineEvents>;
  /** Whether somebody is still let in at all; everybody with a good token where left out. */
  readonly knows?: Knows;
  /** The e-mail address of an account, for invitations to one; there are none where left out. */
  readonly addressOf?: AddressOf | undefined;
}

/**
 * Makes an engine on a store. It starts nothing and holds nothing that must be closed.
 * @throws {SynclineError} `config` when two apps have one name
 */
export function createEngine(options: EngineOptions): Engine {
  const { store, bus, environment } = options;
  const apps = appsByName(options.apps);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const events: EngineEvents = { ...UNHEARD, ...options.events };
  const passGate = createGate(options.gate, {
    now: environment.now,
    asked(outcome, thrown) {
      events.gated(outcome);
      if (outcome === "failed") events.failed("the gate", thrown);
    },
  });
  const { knows, spacesPerUser = 1_000 } = options;
  const tellUser = (userId: string) => tell({ type: "user", space: USERS_CHANNEL, userId });
  const tellMembers = (space: string, users: readonly string[]) => {
    tell({ type: "members", space });
    for (const userId of users) tellUser(userId);
  };
  const admission = {
    store,
    apps,
    made: tellUser,
    openApps: options.openApps,
    environment,
    events,
    passGate,
    spacesPerUser,
    ...(knows === undefined ? {} : { knows }),
  };
  const seals = createCursorSeals({ settings: store.settings, environment });
  const reading = { store, limits, environment, seals };
  const queue = createCommitQueue({
    store,
    environment,
    maxWaiting: options.maxWaiting ?? 1_000,
    groupRecords: 4_000,
  });
  const guard = createGuard(store);
  const committing: RuledCommitOptions = { store, queue, guard, environment, events };
  const writing = { apps, limits, bus, committing };
  async function push(admitted: Admitted, principal: Principal, request: SyncRequest) {
    const app = apps.get(admitted.address.app);
    const started = environment.now();
    const context = { request, principal, app, limits, wallMs: started };
    const refusal = await refusalToWrite(principal, admitted, admission);
    const decision = await commitByRules<Decision>(
      {
        admitted,
        app,
        records: keysOf(request.mutations),
        clientId: request.clientId,
        decide: (loaded, { rules, role }) => {
          const refused = refusal ?? (suffices(role, "write") ? undefined : forbidden());
          return decide(loaded, { ...context, rules, refused });
        },
      },
      committing,
    );
    if (decision.type === "refused") throw decision.error;
    const { results, stopped, thrown, stamp, lastMutation, written } = decision;
    if (thrown !== undefined) events.failed("a mutation", thrown);
    const statuses = results.map(({ status }) => status);
    events.pushed({ statuses, commitMs: environment.now() - started });
    if (written.length > 0) {
      const commit = { space: admitted.space, stamp, userId: principal.userId, records: written };
      events.committed(admitted.space);
      const by = { userId: principal.userId, clientId: request.clientId, lastMutation };
      publish(commit, by, { bus, app, events });
    }
    return { results, ...(stopped === undefined ? {} : { stopped }) };
  }

  /** Whether no rule holds a reader back, whatever the rules. */
  function readsFreely({ role, address }: Admitted): boolean {
    return role === "owner" || apps.get(address.app)?.rules?.reads === false;
  }

  /** How a reader reads: what holds it back, if anything does. */
  function readingOf(admitted: Admitted) {
    const { address, userId } = admitted;
    const free = readsFreely(admitted);
    const rules = async (head: SpaceHead) =>
      free ? undefined : await guard.rules(apps.get(address.app), head);
    return { ...reading, userId, rules };
  }

  async function pull(admitted: Admitted, request: PullRequest): Promise<DeltaParts> {
    const options = readingOf(admitted);
    const {
      page: _page,
      began: _began,
      heldBack: _heldBack,
      ...delta
    } = await readDelta(admitted.space, request, options);
    events.delta({ records: delta.count, bytes: delta.changes.length });
    return delta;
  }

  /** Which records a reader may see, by the rules of now; undefined: all. */
  async function readableBy(
    admitted: Admitted,
  ): Promise<((key: RecordKey) => boolean) | undefined> {
    if (readsFreely(admitted)) return undefined;
    const head = await store.head(admitted.space);
    const rules = head === undefined ? undefined : await readingOf(admitted).rules(head);
    if (rules === undefined) return undefined;
    const question = { user: admitted.userId, action: READ_ACTION };
    return ({ collection, id }) =>
      rules.decide({ ...question, item: itemOf(collection, id) }) === "allow";
  }

  function tellOfServerCommit(space: string, stamp: number): void {
    events.committed(space);
    tell({ type: "commit", space, stamp, clientId: SERVER_CLIENT, lastMutation: 0 });
  }

  function tell(message: BusMessage): void {
    try {
      bus.publish(message);
    } catch (thrown) {
      events.failed("the bus", thrown);
    }
  }

  /** A space that its reader may use, and that nobody has written to, is made with the first reading. */
  async function ensureSpace(space: string): Promise<void> {
    if ((await store.head(space)) !== undefined) return;
    await store.commit([
      { space, create: newSpace(environment), records: [], decide: () => ({ result: null }) },
    ]);
  }

  async function addRulesTo(...[principal, address, rules]: Parameters<Engine["addRules"]>) {
    const admitted = await admit(principal, address, "read", admission);
    const app = apps.get(address.app);
    const { entries, stamp } = await addRules(admitted, app, rules, committing);
    if (entries.length > 0) tellOfServerCommit(admitted.space, stamp);
    return [...entries];
  }

  return {
    ...createSharing({
      store,
      bus,
      apps,
      environment,
      admission,
      addRules: addRulesTo,
      tellMembers,
      addressOf: options.addressOf,
    }),
    passGate,
    admit: (principal, address, access, { undeclared = false, ungated = false, granted } = {}) =>
      admit(principal, address, access, {
        ...admission,
        ...(granted === undefined ? {} : { granted }),
        openApps: admission.openApps || undeclared,
        ...(ungated ? { passGate: async () => {} } : {}),
      }),
    async write(admitted, principal, { changes, ...request }) {
      const mutations: WriteEachRequest["mutations"] = (records) => [changes(records)];
      const outcome = await writeEach(admitted, principal, { ...request, mutations }, writing);
      if (outcome.refused[0] !== undefined) throw outcome.refused[0].error;
      return outcome;
    },
    writeEach: (admitted, principal, request) => writeEach(admitted, principal, request, writing),
    records: (admitted, request) =>
      readRecords(store, admitted.space, request, () => readableBy(admitted)),

    async lookup(admitted, keys) {
      const readable = await readableBy(admitted);
      const found = await Promise.all(
        keys
          .filter((key) => readable?.(key) !== false)
          .map(
            async (key) => [recordKeyToText(key), await store.record(admitted.space, key)] as const,
          ),
      );
      return new Map(
        found.flatMap(([key, record]) => (record === undefined ? [] : [[key, record] as const])),
      );
    },
    raise: ({ space }, stamps) => raiseStamp(space, stamps, { queue, environment }),

    async note({ space, userId }, records) {
      const stamp = await queue.commit<number>({
        space,
        create: newSpace(environment),
        records,
        decide(loaded) {
          if (loaded === undefined) return { result: 0 };
          const options = { wallMs: environment.now(), by: userId };
          const { writes } = serverWrites(loaded, records, options);
          return { writes, result: writes.head.stamp };
        },
      });
      tellOfServerCommit(space, stamp);
    },

    async writeAsServer(space, writes, at) {
      const commit = { space, writes, at, wallMs: environment.now() };
      const outcome = await commitAsServer(commit, queue);
      if (outcome !== undefined && outcome.stamp > at) tellOfServerCommit(space, outcome.stamp);
      return outcome;
    },

    async allows({ space, address, role, userId }, { named = false, ...asked }) {
      if (role === "owner" || userId === ROOT_USER) return true;
      const head = await store.head(space);
      const app = apps.get(address.app);
      const rules = head && (await guard.rules(app, head));
      if (rules === undefined) return !named && app?.rules?.always !== true;
      const question = { user: userId, ...asked };
      return rules.decide(question) === "allow" && (!named || rules.names(question));
    },

    async sync(principal, address, request): Promise<SyncOutcome> {
      const writes = request.mutations.length > 0;
      // To read, the right to read is enough; each mutation is then decided by the right to write.
      const admitted = await admit(principal, address, "read", admission);
      checkRequest(request, limits);
      const app = apps.get(address.app);
      checkSchemaVersion(app, request);
      // What is written is compared with what the space holds, under its lock.
      if (app !== undefined && !writes) checkPolicies(request, app, {});
      const pushed = writes ? await push(admitted, principal, request) : { results: [] };
      if (!writes) await ensureSpace(admitted.space);
      // Read after the commit: it holds what the push itself did, and its number.
      const delta = await pull(admitted, {
        cursor: request.cursor,
        clientId: request.clientId,
        ...request.pull,
      });
      return { ...pushed, delta };
    },

    async pull(principal, address, request) {
      const admitted = await admit(principal, address, "read", admission);
      checkPull(request);
      await ensureSpace(admitted.space);
      return await pull(admitted, request);
    },

    async *stream(principal, address, request, signal) {
      const admitted = await admit(principal, address, "read", admission);
      checkPull(request);
      await ensureSpace(admitted.space);
      const options = readingOf(admitted);
      for await (const piece of streamLines(admitted.space, request, signal, options)) {
        yield piece;
        // A slow reader takes long: the right may have been withdrawn, or the token run out, since the last piece.
        if (environment.now() >= (principal.expiresAtMs ?? Number.POSITIVE_INFINITY))
          throw new SynclineError("unauthenticated", "The token expired while this was read.");
        const { role } = await admit(principal, address, "read", admission);
        if (role !== admitted.role && admitted.role === "owner") throw forbidden();
      }
    },

    async explain(principal, address, key) {
      const admitted = await admit(principal, address, "read", admission);
      const { space } = admitted;
      if (!isId(key.collection) || !isId(key.id))
        throw new SynclineError("invalid", "This is no record's address.");
      const readable = await readableBy(admitted);
      if (readable?.(key) === false)
        throw new SynclineError("forbidden", "The rules of this space do not let you read this.");
      return await explainRecord(space, key, apps.get(address.app), store);
    },

    async ownApps({ userId }) {
      const spaces = await store.accounts.spacesNamed(personalSpace(userId));
      return spaces.map((space) => parseSpace(space).app).filter((app) => !app.startsWith("."));
    },
    roles: (asked) => store.roles(asked),

    async members(principal, address) {
      return await store.members(
        await admitToMembers(principal, address, { store, apps, admission }),
      );
    },

    async setMember(principal, address, member) {
      const leaves = member.role === null && member.userId === principal.userId;
      const access = leaves ? "read" : "manage";
      const { space } = await admit(principal, address, access, admission);
      await setMember(store, space, member);
      tellMembers(space, [member.userId]);
    },

    read: (admitted, request) => pull(admitted, request),
    async guarded({ space, address }) {
      if (apps.get(address.app)?.rules?.always === true) return true;
      return (await store.head(space))?.tallies[RULES_COLLECTION] !== undefined;
    },

    addRules: addRulesTo,

    async rules(principal, address) {
      const admitted = await admit(principal, address, "read", admission);
      return await listRules(admitted, apps.get(address.app), committing);
    },

    watch: ({ space }, listener) =>
      bus.subscribe(space, (event) => {
        if (event.type !== "user") listener(event);
      }),
    announce({ space }, presence) {
      tell(presence === null ? { type: "who", space } : { type: "presence", space, ...presence });
    },

    drain: () => queue.drain(),
  };
}

function keysOf(mutations: readonly Mutation[]): RecordKey[] {
  const keys = new Map<string, RecordKey>();
  for (const { changes } of mutations) {
    for (const { collection, id } of changes)
      keys.set(recordKeyToText({ collection, id }), { collection, id });
  }
  return [...keys.values()];
}
