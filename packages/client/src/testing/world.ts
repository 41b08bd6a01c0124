// A world for tests: devices, a server and a network in virtual time, the same for the same seed.

import { hash64, isSynclineError, SynclineError } from "@syncline/core";
import { createSeededRandom, type SeededRandom } from "@syncline/core/testing";
import type { Role } from "@syncline/server";
import type { Definitions } from "../collections/definition.ts";
import type { Environment } from "../environment.ts";
import type { ClientEvent } from "../events.ts";
import { type Client, openClient } from "../open-client.ts";
import { type MemoryStore, openMemoryStore } from "../store/memory.ts";
import type { LocalStore } from "../store/port.ts";
import type { Transport } from "../transport/port.ts";
import { createSocketFeed } from "../transport/socket-feed.ts";
import { guardStore } from "./guarded-store.ts";
import { CALM, createVirtualTransport, type NetworkFaults } from "./network.ts";
import { createVirtualBrowser, type VirtualBrowser, type VirtualTab } from "./virtual-browser.ts";
import { createVirtualServer, type ServerControl, type ServerSetup } from "./virtual-server.ts";
import { createVirtualSockets, type VirtualSockets } from "./virtual-socket.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";
import type { WorldClient } from "./world-client.ts";

export interface WorldOptions<Collections extends Definitions> {
  /** Everything that is random follows from it. */
  readonly seed: number | string;
  /** How many devices; they belong to one user and share that user's personal space. */
  readonly clients: number;
  /** How many tabs each device has open, one where left out. Each tab is a client of the world. */
  tabsOf?(device: number): number;
  /** False: devices poll, and nothing arrives by itself. */
  readonly live?: boolean;
  readonly collections: Collections;
  readonly app?: string;
  /** Whose a device is; all belong to one user where left out. */
  userOf?(device: number): string;
  /** The shared space that all devices use; their user's personal one where left out. */
  readonly space?: string;
  /** The users' roles in that space: each device's user is an owner where left out. */
  readonly roles?: { readonly [userId: string]: Role };
  /** Other spaces that are there from the beginning: the users' roles by the spaces' names. */
  readonly spaces?: { readonly [name: string]: { readonly [userId: string]: Role } };
  /** The version of the app's schema on a device, asked for each of its lives. */
  schemaVersionOf?(device: number): number;
  /** When the world begins, in milliseconds since 1970. */
  readonly startMs?: number;
  /** How often devices look for changes while nothing happens. */
  readonly pollMs?: number;
  readonly server?: ServerSetup;
  /** Where devices keep their data; memory where left out. Opened once a device, kept across its crashes. */
  openStore?(device: number): Promise<LocalStore>;
  /** To put something between a device and its store, or the network: called for each of its lives. */
  wrapStore?(store: LocalStore, device: number): LocalStore;
  wrapTransport?(transport: Transport, device: number): Transport;
  onEvent?(device: number, event: ClientEvent): void;
}

export interface World<Collections extends Definitions> {
  readonly clients: readonly WorldClient<Collections>[];
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly server: ServerControl;
  /** Lets virtual time pass. */
  advance(ms: number): Promise<void>;
  /** Cuts devices off from the server; without numbers all of them. */
  partition(...devices: number[]): void;
  /** Ends partitions, network faults and full stores, and brings up what is down. */
  heal(): Promise<void>;
  faults(faults: Partial<NetworkFaults>): void;
  /**
   * Waits until nothing is pending anywhere and all devices have seen everything.
   * @throws {SynclineError} `unavailable` when that takes longer than so much virtual time
   */
  converged(withinMs?: number): Promise<void>;
  /** A hash of everything that has happened: equal for equal seeds. */
  traceHash(): string;
  readonly trace: readonly string[];
  note(event: string): void;
  close(): Promise<void>;
}

const START_MS = Date.UTC(2026, 10, 20, 10);
const CONVERGE_MS = 15 * 60_000;

/** Makes a world in which everything works; tests then make it worse. Needs `@syncline/server` installed. */
export async function createWorld<const Collections extends Definitions>(
  options: WorldOptions<Collections>,
): Promise<World<Collections>> {
  const random = createSeededRandom(options.seed);
  const time = createVirtualTime(options.startMs ?? START_MS);
  const trace: string[] = [];
  const note = (event: string) => void trace.push(`${time.now()} ${event}`);
  const server = await createVirtualServer({
    time,
    random: random.fork("server"),
    app: options.app ?? "world",
    note,
    setup: options.server ?? {},
    ...(options.space === undefined ? {} : { shared: options.space }),
  });
  const userOf = (device: number) => options.userOf?.(device) ?? "world";
  if (options.space !== undefined) await makeSpace(server.space, options.roles ?? owners());
  for (const [name, roles] of Object.entries(options.spaces ?? {}))
    await makeSpace(`${options.app ?? "world"}/${name}`, roles);
  const cut = new Set<number>();
  let faults: NetworkFaults = CALM;
  const clients: WorldClient<Collections>[] = [];
  for (let device = 0; device < options.clients; device++) {
    const tabs = options.tabsOf?.(device) ?? 1;
    const browser = createVirtualBrowser(time);
    const store =
      tabs > 1
        ? await openMemoryStore(`device ${device}`)
        : await (options.openStore?.(device) ?? openMemoryStore());
    clients.push(await createDevice(device, `device ${device}`, store, browser));
    for (let tab = 1; tab < tabs; tab++) {
      const shared = (store as MemoryStore).tab(); // opened above
      clients.push(await createDevice(device, `device ${device} tab ${tab}`, shared, browser));
    }
  }

  function owners(): { [userId: string]: Role } {
    const users = Array.from({ length: options.clients }, (_, device) => userOf(device));
    return Object.fromEntries(users.map((user) => [user, "owner" as const]));
  }

  /** The space is there before anybody uses it. */
  async function makeSpace(space: string, roles: { [userId: string]: Role }): Promise<void> {
    const create = { epoch: "first", createdAtMs: time.now() };
    await server.store().commit([{ space, create, records: [], decide: () => ({ result: null }) }]);
    for (const [userId, role] of Object.entries(roles))
      await server.store().setRole(space, userId, role);
  }

  async function createDevice(
    device: number,
    name: string,
    opened: LocalStore,
    browser: VirtualBrowser,
  ): Promise<WorldClient<Collections>> {
    const ids = random.fork(`ids ${name}`);
    const chances = random.fork(`chances ${name}`);
    let store = opened;
    let page: VirtualTab | undefined;
    let sockets: VirtualSockets | undefined;
    const offline = new Set<() => void>();
    let life = 0;
    let skewMs = 0;
    let full = false;
    let stepsLeft = Number.POSITIVE_INFINITY;
    let client: Client<Collections> | undefined;

    function crash(): void {
      if (client === undefined) return;
      note(`${name} crashes`);
      life += 1;
      client = undefined;
      page?.end();
      offline.clear();
      sockets?.drop();
      stepsLeft = Number.POSITIVE_INFINITY;
    }

    async function open(): Promise<void> {
      life += 1;
      const own = life;
      const alive = () => life === own;
      page = browser.openTab();
      const tab = page;
      // Each life of a tab has the store open for itself.
      const held = store.name === undefined ? store : (store as MemoryStore).tab(); // only those have names
      const step = (what: string, when: string) => {
        stepsLeft -= 1;
        if (stepsLeft > 0) return;
        note(`${name} at ${when} ${what}`);
        crash();
      };
      const guarded = guardStore(held, { alive, step, awake: tab.awake, full: () => full });
      const transport = createVirtualTransport({
        time,
        random: random.fork(`network ${device} ${own}`),
        server: server.face(userOf(device)),
        faults: () => faults,
        cut: () => cut.has(device),
        alive,
        whenAwake: tab.whenAwake,
        trace: (event) => note(`${name} ${event}`),
      });
      const environment: Environment = {
        now: () => time.now() + skewMs,
        random: () => chances.next(),
        randomId: () => Array.from({ length: 12 }, () => ids.below(36).toString(36)).join(""),
        setTimer: (run, ms) => time.at(ms, () => tab.whenAwake(() => alive() && run())),
        online: () => !cut.has(device),
        onWake: () => () => undefined,
        onOffline(listener) {
          offline.add(listener);
          return () => offline.delete(listener);
        },
        channel: tab.channel,
        lock: tab.lock,
      };
      const live = options.live === false ? transport : withSockets(transport, environment);
      const connected = options.wrapTransport?.(live, device) ?? live;
      const opening = openClient<Collections>({
        app: options.app ?? "world",
        store: options.wrapStore?.(guarded, device) ?? guarded,
        transport: connected,
        collections: options.collections,
        ...(options.space === undefined ? {} : { space: options.space }),
        pollMs: options.pollMs ?? 30_000,
        schemaVersion: options.schemaVersionOf?.(device) ?? 0,
        environment,
        onEvent: (event) => {
          if (!alive()) return;
          note(`${name} ${event.type}`);
          options.onEvent?.(device, event);
        },
      });
      const opened = await Promise.race([opening.catch(refused), crashed(alive)]);
      if (opened !== undefined && alive()) client = opened;
    }

    /** The transport with the live feed of a real client beside it, over virtual sockets. */
    function withSockets(transport: Transport, environment: Environment): Transport {
      const own = life;
      const alive = () => life === own;
      sockets = createVirtualSockets({
        time,
        random: random.fork(`sockets ${name} ${own}`),
        accept: server.accept(userOf(device)),
        maxDelayMs: () => faults.maxDelayMs,
        cut: () => cut.has(device),
        alive,
        whenAwake: (run) => page?.whenAwake(run),
        trace: (event) => note(`${name} ${event}`),
      });
      const feed = createSocketFeed({
        url: "http://world",
        app: options.app ?? "world",
        tokens: { get: async () => "token", forget: async () => undefined },
        environment,
        WebSocket: sockets.WebSocket,
        onUnusable: () => undefined,
      });
      environment.onOffline?.(feed.doubt);
      return {
        ...transport,
        sync: (space, request, callOptions) =>
          feed.ready()
            ? feed.sync(space, request, callOptions)
            : transport.sync(space, request, callOptions),
        live: feed,
        async close() {
          feed.close();
          await transport.close();
        },
      };
    }

    /** A device that has no room cannot even begin: it stays off until it is switched on again. */
    function refused(thrown: unknown): undefined {
      if (!isSynclineError(thrown, "storage_full")) throw thrown;
      note(`${name} has no room`);
      return undefined;
    }

    /** Settles soon after the device has crashed while it was being opened. */
    async function crashed(alive: () => boolean): Promise<undefined> {
      for (let i = 0; i < 1_000 && alive(); i++) await Promise.resolve();
      return alive() ? new Promise(() => undefined) : undefined;
    }

    await open();
    return {
      name,
      device,
      get frozen() {
        return page?.frozen === true;
      },
      freeze() {
        note(`${name} freezes`);
        page?.freeze();
      },
      thaw() {
        if (page?.frozen !== true) return;
        note(`${name} thaws`);
        page.thaw();
      },
      networkGone() {
        note(`${name} is told that the network is gone`);
        page?.whenAwake(() => {
          for (const listener of [...offline]) listener();
        });
      },
      dropSocket() {
        note(`${name} loses its socket`);
        sockets?.drop();
      },
      get client() {
        if (client === undefined) throw new SynclineError("closed", `${name} is switched off.`);
        return client;
      },
      get up() {
        return client !== undefined;
      },
      get store() {
        return store;
      },
      crash,
      async reopen(other) {
        if (client !== undefined) crash();
        if (other !== undefined) store = other;
        note(`${name} is switched on`);
        await open();
      },
      skew(ms) {
        note(`${name} skew ${ms}`);
        skewMs = Math.round(ms);
      },
      crashAfterSteps(steps) {
        stepsLeft = steps;
      },
      full(isFull) {
        full = isFull;
      },
    };
  }

  async function isQuiet(): Promise<boolean> {
    const head = await server.head();
    for (const { up, client } of clients) {
      if (!up) return false;
      const { pending, syncing } = client.status.getSnapshot();
      if (pending > 0 || syncing) return false;
    }
    const states = await Promise.all(clients.map(({ store }) => store.state(options.space ?? "~")));
    const digests = JSON.stringify(
      Object.fromEntries(
        Object.entries(head?.tallies ?? {}).map(([name, { digest }]) => [name, digest]),
      ),
    );
    return states.every((state) => state.cursor !== null && digestText(state.digests) === digests);
  }

  return {
    clients,
    time,
    random,
    server,
    trace,
    note,
    advance: (ms) => time.advance(ms),
    partition(...devices) {
      const all = new Set(clients.map(({ device }) => device));
      const chosen = devices.length === 0 ? [...all] : devices;
      note(`cut off ${chosen.join(",")}`);
      for (const device of chosen) cut.add(device);
    },
    async heal() {
      note("healed");
      cut.clear();
      faults = CALM;
      await server.heal();
      for (const device of clients) {
        device.thaw();
        device.crashAfterSteps(Number.POSITIVE_INFINITY);
        device.full(false);
        if (!device.up) await device.reopen();
      }
    },
    faults(change) {
      faults = { ...faults, ...change };
    },
    async converged(withinMs = CONVERGE_MS) {
      const end = time.now() + withinMs;
      for (;;) {
        await time.advance(1_000);
        if (await isQuiet()) return;
        if (time.now() >= end) throw new SynclineError("unavailable", await describe());
      }
    },
    traceHash: () => hash64(trace.join("\n")),
    async close() {
      for (const device of clients) if (device.up) await device.client.close();
      await time.advance(0);
    },
  };

  async function describe(): Promise<string> {
    const head = await server.head();
    const parts = clients.map((device) => {
      if (!device.up) return `${device.name} is off`;
      const { phase, reason, pending, syncing } = device.client.status.getSnapshot();
      return `${device.name}: ${phase}${syncing ? " (syncing)" : ""}, ${pending} pending, ${reason?.message ?? "no complaint"}`;
    });
    return `The world did not come to rest. Server at ${head?.stamp}. ${parts.join("; ")}`;
  }
}

/** Digests without empty collections, in text order. */
function digestText(digests: { readonly [name: string]: string }): string {
  const entries = Object.entries(digests).filter(([, digest]) => !/^0+$/.test(digest));
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}
