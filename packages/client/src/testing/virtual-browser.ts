// A virtual browser: the channels and locks that the tabs of one device share, and tabs that are frozen.

import type { Channel, LockRequest } from "../environment.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One tab of a virtual browser, in one of its lives. */
export interface VirtualTab {
  channel(name: string, listener: (message: unknown) => void): Channel;
  lock(name: string, request: LockRequest): () => void;
  /** Runs something at once, or when the tab is thawed. */
  whenAwake(run: () => void): void;
  awake(): Promise<void>;
  freeze(): void;
  thaw(): void;
  readonly frozen: boolean;
  /** The tab is gone: its locks pass on, its channels fall silent. */
  end(): void;
}

export interface VirtualBrowser {
  openTab(): VirtualTab;
}

interface Port {
  readonly name: string;
  readonly tab: object;
  readonly listener: (message: unknown) => void;
  readonly whenAwake: VirtualTab["whenAwake"];
}

interface Wanted {
  readonly name: string;
  readonly tab: object;
  readonly request: LockRequest;
  readonly whenAwake: VirtualTab["whenAwake"];
}

export function createVirtualBrowser(time: VirtualTime): VirtualBrowser {
  const ports = new Set<Port>();
  const holders = new Map<string, Wanted>();
  let queue: Wanted[] = [];

  function grant(wanted: Wanted): void {
    holders.set(wanted.name, wanted);
    time.at(1, () =>
      wanted.whenAwake(() => holders.get(wanted.name) === wanted && wanted.request.held()),
    );
  }

  function passOn(name: string): void {
    holders.delete(name);
    const next = queue.find((one) => one.name === name);
    if (next === undefined) return;
    queue = queue.filter((one) => one !== next);
    grant(next);
  }

  function drop(wanted: Wanted): void {
    queue = queue.filter((one) => one !== wanted);
    if (holders.get(wanted.name) === wanted) passOn(wanted.name);
  }

  return {
    openTab() {
      const tab = {};
      let frozen = false;
      let ended = false;
      let postponed: (() => void)[] = [];
      const whenAwake = (run: () => void) => {
        if (ended) return;
        if (frozen) postponed.push(run);
        else run();
      };
      return {
        whenAwake,
        awake: () => new Promise((resolve) => whenAwake(resolve)),
        get frozen() {
          return frozen;
        },
        freeze() {
          frozen = true;
        },
        thaw() {
          if (!frozen) return;
          frozen = false;
          for (const run of postponed.splice(0)) whenAwake(run);
        },
        channel(name, listener) {
          const port: Port = { name, tab, listener, whenAwake };
          ports.add(port);
          return {
            post(message) {
              const text = JSON.stringify(message);
              for (const other of ports) {
                if (other.name !== name || other.tab === tab) continue;
                time.at(1, () =>
                  other.whenAwake(() => ports.has(other) && other.listener(JSON.parse(text))),
                );
              }
            },
            close: () => void ports.delete(port),
          };
        },
        lock(name, request) {
          const wanted: Wanted = { name, tab, request, whenAwake };
          const holder = holders.get(name);
          if (holder === undefined) {
            grant(wanted);
          } else if (request.steal) {
            grant(wanted);
            time.at(1, () => holder.whenAwake(holder.request.lost));
          } else {
            queue.push(wanted);
          }
          return () => drop(wanted);
        },
        end() {
          ended = true;
          postponed = [];
          for (const port of [...ports]) if (port.tab === tab) ports.delete(port);
          queue = queue.filter((one) => one.tab !== tab);
          for (const [name, holder] of [...holders]) if (holder.tab === tab) passOn(name);
        },
      };
    },
  };
}
