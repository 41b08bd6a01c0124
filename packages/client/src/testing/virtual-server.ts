// The server of a world: the real engine on a real store, with a clock that can be wrong and a power switch.

import { personalSpace, type SyncRequest } from "@syncline/core";
import type { SeededRandom } from "@syncline/core/testing";
import type {
  AppDefinition,
  DevicesAfterRestore,
  Engine,
  Hub,
  LocalCall,
  Role,
  Session,
  SpaceHead,
  Store,
} from "@syncline/server";
import type { StreamRequest } from "../transport/port.ts";
import type { VirtualServer } from "./network.ts";
import type { Accept, ServerEnd, ServerSocket } from "./virtual-socket.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface ServerSetup {
  /** The store under all of the server's lives; memory where left out. */
  readonly store?: Store;
  /** To put something between the engine and its store: called for each of its lives. */
  wrapStore?(store: Store): Store;
  /** To put something between the network and the engine. */
  wrapEngine?(engine: Engine, store: Store): Engine;
  /** Without definitions any app is served. */
  readonly apps?: readonly AppDefinition[];
  /** Records in a page: small ones make catch-ups of several pages. */
  readonly pageRecords?: number;
}

export interface ServerControl {
  /** Takes a user's socket; undefined while the server is down. */
  accept(userId: string): Accept;
  /** The server as a user's device sees it. */
  face(userId: string): VirtualServer;
  up(): boolean;
  /** Gives a user a role in a space, or takes it away: in the devices' own where no other is named. */
  setRole(userId: string, role: Role | null, space?: string): Promise<void>;
  /** Starts with other definitions of the apps: a newer version of the schema. */
  deploy(apps: readonly AppDefinition[]): Promise<void>;
  /** The store, as it is behind everything. */
  readonly store: () => Store;
  readonly space: string;
  head(): Promise<SpaceHead | undefined>;
  crash(): void;
  /** Crashes at the next so-manieth commit, before or after it is durable. */
  crashAtCommit(commits: number, when: "before" | "after"): void;
  restart(store?: Store): Promise<void>;
  /** Puts a copy of the store in its place, as `syncline restore` does. */
  restore(backup: Store, devices: DevicesAfterRestore): Promise<void>;
  skew(ms: number): void;
  now(): number;
  heal(): Promise<void>;
}

export interface VirtualServerOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly app: string;
  /** The space that all devices share; the personal one of the user "world" where left out. */
  readonly shared?: string;
  readonly setup: ServerSetup;
  note(event: string): void;
}

const USER = { userId: "world" };
/** How often the server looks after its sockets. */
const TICK_MS = 1_000;

export async function createVirtualServer(options: VirtualServerOptions): Promise<ServerControl> {
  // Only worlds need a server: an app that is installed does not.
  const {
    createEngine,
    createHub,
    createLocalCalls,
    createMemoryBus,
    createMemoryStore,
    createSession,
    DEFAULT_LIVE_LIMITS,
    systemEngineEnvironment,
  } = await import("@syncline/server");
  const { time, random, setup, note } = options;
  const space = `${options.app}/${options.shared ?? personalSpace(USER.userId)}`;
  let { apps } = setup;
  let store: Store = setup.store ?? createMemoryStore();
  let engine: Engine | undefined;
  let hub: Hub | undefined;
  const sockets = new Map<ServerSocket, Session>();
  let life = 0;
  let skewMs = 0;
  let crashPlan: { commits: number; when: "before" | "after" } | undefined;

  function crash(): void {
    if (engine === undefined) return;
    note("server crashes");
    engine = undefined;
    hub = undefined;
    for (const [socket, session] of sockets) {
      session.closed();
      socket.close(1006);
    }
    sockets.clear();
    life += 1;
    crashPlan = undefined;
  }

  /** The store of one life: a commit that the crash comes before does nothing, one that it comes after never answers. */
  function mortal(inner: Store, own: number): Store {
    const commit: Store["commit"] = async (units) => {
      const due = crashPlan !== undefined && --crashPlan.commits <= 0 ? crashPlan.when : undefined;
      if (due === "before") crash();
      if (life !== own) return await new Promise(() => undefined);
      const results = await inner.commit(units);
      if (due === "after") crash();
      if (life !== own) return await new Promise(() => undefined);
      return results;
    };
    return new Proxy(inner, {
      get: (target, name, receiver) =>
        name === "commit" ? commit : Reflect.get(target, name, receiver),
    });
  }

  async function restart(other?: Store): Promise<void> {
    crash();
    if (other !== undefined) store = other;
    life += 1;
    note("server starts");
    const lived = mortal(store, life);
    const wrapped = setup.wrapStore?.(lived) ?? lived;
    const made = createEngine({
      store: wrapped,
      bus: createMemoryBus(),
      apps: apps ?? [],
      openApps: apps === undefined,
      limits: setup.pageRecords === undefined ? {} : { pageRecords: setup.pageRecords },
      environment: {
        now: () => time.now() + skewMs,
        randomId: () => Array.from({ length: 16 }, () => random.below(36).toString(36)).join(""),
        secret: () => "5e".repeat(32),
        mac: systemEngineEnvironment().mac,
        defer: (run) => void time.at(1, run),
      },
    });
    engine = setup.wrapEngine?.(made, wrapped) ?? made;
    const own = life;
    hub = createHub({
      engine,
      now: () => time.now() + skewMs,
      setTimer: (run, ms) => time.at(ms, () => life === own && run()),
      failed: (what) => note(`server: ${what} failed`),
    });
  }

  /** A socket is taken by the server's own session, as long as this life of it lasts. */
  const accept = (userId: string) => (socket: ServerSocket) => take(socket, userId);

  function take(socket: ServerSocket, userId: string): ServerEnd | undefined {
    if (engine === undefined || hub === undefined) return undefined;
    const own = life;
    const session = createSession({
      engine,
      hub,
      limits: { ...DEFAULT_LIVE_LIMITS, socketsOfUser: Number.MAX_SAFE_INTEGER },
      verifyToken: async () => ({ userId }),
      identify: () => undefined,
      now: () => time.now() + skewMs,
      failed: (what, thrown) => note(`server: ${what} failed: ${thrown}`),
      socket: {
        send: ({ json }) => life === own && socket.send(json),
        buffered: () => 0,
        close: (code) => socket.close(code),
      },
    });
    sockets.set(socket, session);
    const beat = () => {
      if (sockets.get(socket) !== session) return;
      session.tick();
      time.at(TICK_MS, beat);
    };
    time.at(TICK_MS, beat);
    const encoder = new TextEncoder();
    let last: Promise<void> = Promise.resolve();
    return {
      message(text) {
        if (life === own && session.urgent(encoder.encode(text))) return;
        last = last.then(() => (life === own ? session.message(encoder.encode(text)) : undefined));
      },
      closed() {
        sockets.delete(socket);
        session.closed();
      },
    };
  }

  const running = (): Engine => {
    if (engine === undefined) throw new Error("the server is down");
    return engine;
  };
  const address = (name: string) => ({ app: options.app, name });

  await restart();
  const up = () => engine !== undefined;
  return {
    accept,
    up,
    async setRole(userId, role, named) {
      note(`${userId} becomes ${role ?? "a stranger"}`);
      const { app } = options;
      const name = named ?? space.slice(app.length + 1);
      // The operator's own tools go past a server that is down.
      if (engine === undefined) await store.setRole(`${app}/${name}`, userId, role);
      else
        await engine.setMember({ userId: "root", operator: true }, { app, name }, { userId, role });
    },
    face: (userId) => ({
      up,
      life: () => life,
      async sync(name, text) {
        const { results, stopped, delta } = await running().sync(
          { userId },
          address(name),
          JSON.parse(text) as SyncRequest,
        );
        const { changes, ...rest } = delta;
        const end = stopped === undefined ? "" : `"stopped":${JSON.stringify(stopped)},`;
        return `{"results":${JSON.stringify(results)},${end}"changes":[${changes}],${JSON.stringify(rest).slice(1)}`;
      },
      async call(_name, text) {
        const call = JSON.parse(text) as Omit<LocalCall, "app">;
        const answer = await createLocalCalls(running())({ userId }, { app: options.app, ...call });
        return JSON.stringify(answer);
      },
      async pull(name, text) {
        const { changes, ...rest } = await running().pull(
          { userId },
          address(name),
          JSON.parse(text) as StreamRequest,
        );
        return `{"changes":[${changes}],${JSON.stringify(rest).slice(1)}`;
      },
      async stream(name, text) {
        let body = "";
        const never = new AbortController().signal;
        const request = JSON.parse(text) as StreamRequest;
        for await (const piece of running().stream({ userId }, address(name), request, never)) {
          body += piece;
          // A stream takes its time: others commit in between.
          await time.sleep(1);
        }
        return body;
      },
    }),
    async deploy(next) {
      note("server is deployed");
      apps = next;
      await restart();
    },
    store: () => store,
    space,
    head: () => store.head(space),
    crash,
    crashAtCommit(commits, when) {
      crashPlan = { commits, when };
    },
    restart,
    async restore(backup, devices) {
      note(`server is restored, devices ${devices}`);
      const epoch = `restored${random.below(2 ** 32).toString(36)}`;
      await backup.rotateEpoch(space, epoch, devices);
      await restart(backup);
    },
    skew(ms) {
      note(`server skew ${ms}`);
      skewMs = Math.round(ms);
    },
    now: () => time.now() + skewMs,
    async heal() {
      crashPlan = undefined;
      if (engine === undefined) await restart();
    },
  };
}
