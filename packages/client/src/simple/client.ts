// A client of simple-sync: a shared history on the device, and what was made here until the server has it.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import {
  type AccessRule,
  anySignal,
  asyncDispose,
  isAddress,
  isSynclineError,
  parseRule,
  SynclineError,
} from "@syncline/core";
import { type Environment, systemEnvironment } from "../environment.ts";
import { createSource, type Observable } from "../query/observable.ts";
import { createSerial } from "../sync/serial.ts";
import { type AutoSync, startAutoSync } from "./auto-sync.ts";
import {
  checkName,
  type EventSchemas,
  type NewEvent,
  payloadToText,
  type SimpleEvent,
  type TypedEvent,
} from "./event.ts";
import { createEventIds } from "./event-id.ts";
import { createSimpleHttp, type SimpleHttpOptions } from "./http.ts";
import { openLocal, type RefusedEvent } from "./local.ts";
import { createPreview } from "./preview.ts";
import { syncOnce } from "./rounds.ts";
import type { SimpleStore } from "./store/port.ts";
import { createTypedEvents } from "./typed-events.ts";

export interface SimpleClientOptions<Events extends EventSchemas> extends SimpleHttpOptions {
  /** Whose key it is: the `user` that `exchangeSetupCode` gave. */
  readonly user: string;
  /** One store for one user; the client closes it. */
  readonly store: SimpleStore;
  /** What the payloads of each action are. Where left out, any action may be appended, with any JSON. */
  readonly events?: Events;
  /** Sync without a button; false where left out. */
  readonly autoSync?: boolean;
  /** How often it looks for news by itself; 30 s where left out. */
  readonly pollMs?: number;
  readonly environment?: Environment;
  /** Told of what went wrong where nobody waits: a listener that throws. */
  readonly onError?: (thrown: unknown) => void;
}

export interface SimpleStatus {
  /** `synced`: at the last try all was sent and read. */
  readonly phase: "new" | "syncing" | "synced" | "offline" | "failed";
  /** Milliseconds since 1970; null: not since the client was opened. */
  readonly syncedAtMs: number | null;
  /** Why the last try failed. */
  readonly error: SynclineError | null;
}

export interface SimpleClient<Events extends EventSchemas> {
  readonly user: string;
  /** Everything that the server has accepted, as far as it was read, in its order. */
  readonly history: Observable<readonly SimpleEvent[]>;
  /** What was made here and is not with the server yet, in the order in which it was made. */
  readonly diff: Observable<readonly SimpleEvent[]>;
  /** History, then diff, as the app reads them: the events of its actions, their payloads parsed. */
  readonly events: Observable<readonly TypedEvent<Events>[]>;
  readonly status: Observable<SimpleStatus>;
  /** What the server did not take: it waits for somebody to decide. */
  readonly refused: Observable<readonly RefusedEvent[]> & {
    /** Sends it again with the next sync. False: it is not there. */
    retry(uuid: string): Promise<boolean>;
    /** Forgets it. False: it is not there. */
    discard(uuid: string): Promise<boolean>;
  };
  /**
   * Makes an event. It is on the device when this resolves, whether there is a network or not.
   * @throws {SynclineError} `invalid`, `schema` with a path; `storage_full`
   */
  append<Action extends keyof Events & string>(
    event: NewEvent<Events, Action>,
  ): Promise<SimpleEvent>;
  /**
   * Sends what was made here and reads what is new.
   * @throws {SynclineError} `offline`, `unauthenticated`, `forbidden`, `rate_limited`, `unavailable`, `aborted`
   */
  sync(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Whether the rules in the history would let this user do it. The server decides for itself. */
  can(item: string, action: string): boolean;
  /** Makes a user, with the next sync. */
  createUser(user: string): Promise<SimpleEvent>;
  /** Adds access rules, now. Needs the server. */
  addRules(rules: readonly AccessRule[]): Promise<void>;
  /** A code that a person's device exchanges for a key. Needs the server. */
  generateSetupCode(user: string): Promise<{ code: string; expiresAtMs: number }>;
  /** Ends all keys of a user. Needs the server. */
  resetKeys(user: string): Promise<void>;
  /** Ends what runs, and closes the store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The actions of an app that names none. */
export type AnyEvents = { readonly [action: string]: StandardSchemaV1<unknown, unknown> };

const POLL_MS = 30_000;
const CREATE_USER = ".user.create";

/**
 * Opens a client of simple-sync.
 *
 * @throws {SynclineError} `forbidden` when the store holds another user's data; `database_corrupt` and what else the
 * store says
 */
export async function openSimpleClient<Events extends EventSchemas = AnyEvents>(
  options: SimpleClientOptions<Events>,
): Promise<SimpleClient<Events>> {
  const { user, store, events: schemas, pollMs = POLL_MS } = options;
  const environment = options.environment ?? systemEnvironment();
  const onError = options.onError ?? (() => {});
  checkName("user", user);
  if (!isAddress(options.url))
    throw new SynclineError("config", "url is no address of a server.", { path: "url" });
  const local = await openLocal(store, user, onError);
  const http = createSimpleHttp(options);
  const nextId = createEventIds(environment.now, environment.randomId);
  const closing = new AbortController();
  const serial = createSerial();
  const status = createSource<SimpleStatus>(
    { phase: "new", syncedAtMs: null, error: null },
    onError,
  );
  let auto: AutoSync | undefined;

  function checkOpen(): void {
    if (closing.signal.aborted) throw new SynclineError("closed");
  }

  async function add(item: string, action: string, payload: string): Promise<SimpleEvent> {
    const event: SimpleEvent = Object.freeze({ ...nextId(), user, item, action, payload });
    await local.append(event);
    auto?.nudge();
    return event;
  }

  async function syncNow(signal: AbortSignal): Promise<void> {
    checkOpen();
    const before = status.getSnapshot();
    status.set({ ...before, phase: "syncing" });
    try {
      await syncOnce(local, http, signal);
      status.set({ phase: "synced", syncedAtMs: environment.now(), error: null });
    } catch (thrown) {
      const error = toError(thrown);
      if (error.code === "aborted") {
        status.set(before);
        throw error;
      }
      const phase = error.code === "offline" ? "offline" : "failed";
      status.set({ ...before, phase, error });
      throw error;
    }
  }

  async function sync({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    checkOpen();
    const { signal: ends } = closing;
    const either = signal === undefined ? ends : anySignal([signal, ends]);
    await serial.run(() => syncNow(either));
  }

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    closing.abort();
    auto?.stop();
    await serial.idle();
    await local.close();
  }

  const preview = createPreview(user, () => ({
    events: local.history.getSnapshot(),
    generation: local.generation(),
  }));

  const client: SimpleClient<Events> = {
    user,
    history: readOnly(local.history),
    diff: readOnly(local.diff),
    events: createTypedEvents(schemas, local, onError),
    status: readOnly(status),
    refused: {
      ...readOnly(local.refused),
      async retry(uuid) {
        checkOpen();
        const done = await local.putBack(uuid, (event) => {
          const status = statusOf(local.refused.getSnapshot(), uuid);
          // A right may have come since: then it happened when it happened. What was wrong with the event itself,
          // or with its UUID, would be wrong again.
          return status === 0 || status === 403 ? event : Object.freeze({ ...event, ...nextId() });
        });
        if (done) auto?.nudge();
        return done;
      },
      async discard(uuid) {
        checkOpen();
        return await local.discard(uuid);
      },
    },
    async append({ item, action, payload }) {
      checkOpen();
      checkName("item", item);
      checkName("action", action);
      if (schemas !== undefined && !Object.hasOwn(schemas, action))
        throw new SynclineError("invalid", `There is no action "${action}" in events.`, {
          path: "action",
        });
      if (action.startsWith("."))
        throw new SynclineError("invalid", "Actions that begin with a dot are the server's.", {
          path: "action",
        });
      return await add(item, action, payloadToText(schemas?.[action], payload));
    },
    sync,
    can: preview,
    async createUser(id) {
      checkOpen();
      checkName("user", id);
      return await add(`.user.${id}`, CREATE_USER, "{}");
    },
    async addRules(rules) {
      checkOpen();
      await http.addRules(rules.map(parseRule));
    },
    async generateSetupCode(id) {
      checkOpen();
      return await http.generateSetupCode(id);
    },
    async resetKeys(id) {
      checkOpen();
      await http.resetKeys(id);
    },
    close,
    [asyncDispose]: close,
  };
  if (options.autoSync === true) auto = startAutoSync({ environment, pollMs, sync });
  return client;
}

function readOnly<Value>({ subscribe, getSnapshot }: Observable<Value>): Observable<Value> {
  return { subscribe, getSnapshot };
}

function statusOf(refused: readonly RefusedEvent[], uuid: string): number {
  return refused.find(({ event }) => event.uuid === uuid)?.status ?? 0;
}

function toError(thrown: unknown): SynclineError {
  if (isSynclineError(thrown)) return thrown;
  // The app's own function that gives the key, or a bug: it is told, and tried again.
  return new SynclineError("unavailable", "Syncing failed.", { cause: thrown });
}
