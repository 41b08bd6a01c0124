// The only file that reads globals: time, randomness, timers, and what the platform says of the network.

export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** A fresh id of letters, digits and `-`: for records and clients. */
  randomId(): string;
  /**
   * Runs something later; the function it gives cancels it. What nobody awaits keeps no program alive.
   */
  setTimer(run: () => void, ms: number, options?: { readonly awaited: boolean }): () => void;
  /** False when the platform knows that there is no network. */
  online(): boolean;
  /** Told when trying again is worth while: the network came back, the page was shown. Gives a function that stops it. */
  onWake(listener: () => void): () => void;
  /** Told when the platform says that the network is gone. Gives a function that stops it. */
  onOffline?(listener: () => void): () => void;
  /** Told when the page is put to sleep, perhaps for ever. Gives a function that stops it. */
  onSleep?(listener: () => void): () => void;
  /** Told when the page is hidden or put to sleep: perhaps nothing runs after it. Gives a function that stops it. */
  onHide?(listener: () => void): () => void;
  /** A channel between the tabs of one origin; undefined where there is none. */
  channel?(name: string, listener: (message: unknown) => void): Channel | undefined;
  /**
   * Asks for a lock that one tab has at a time, until the function that it gives is called; undefined where
   * there are none. `lost` is called when another tab takes it away, or it cannot be had.
   */
  lock?(name: string, request: LockRequest): (() => void) | undefined;
  /** Tells the developer something, where there is one. */
  warn?(text: string): void;
  /** The origin of the page; undefined where there is none. */
  origin?(): string | undefined;
  /** Undefined where the platform has nothing to say. */
  storage?(): DeviceStorage | undefined;
}

/** What the platform says of the device's storage, where it says anything. */
export interface DeviceStorage {
  /** Asks that what is stored is not cleared when room gets scarce. */
  persist(): Promise<boolean>;
  /** Null: the browser does not say. */
  persisted(): Promise<boolean | null>;
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
  /** Whether this device once kept something under a name; it is remembered apart from the data. */
  remembers(name: string): boolean;
  /** At once, before it returns; what does not fit is not kept, nor what was there under the name. */
  remember(name: string, text?: string): void;
  forget(name: string): void;
  /** What is remembered under names that begin so. */
  texts(prefix: string): readonly (readonly [name: string, text: string])[];
}

export interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface LockRequest {
  /** Takes it from whoever has it. */
  readonly steal: boolean;
  held(): void;
  lost(): void;
}

/** The parts of a browser's globals that are looked at, where they exist. */
interface Surroundings {
  readonly navigator?: {
    readonly onLine?: boolean;
    readonly locks?: Locks;
    readonly storage?: StorageManager;
  };
  readonly isSecureContext?: boolean;
  readonly localStorage?: Storage;
  readonly location?: { readonly origin: string };
  readonly console?: { warn(text: string): void };
  readonly process?: { readonly env?: { readonly [name: string]: string | undefined } };
  readonly document?: { readonly visibilityState?: string } & Partial<EventTarget>;
  readonly BroadcastChannel?: new (name: string) => BroadcastPort;
  readonly addEventListener?: EventTarget["addEventListener"];
  readonly removeEventListener?: EventTarget["removeEventListener"];
}

interface BroadcastPort extends EventTarget {
  postMessage(message: unknown): void;
  close(): void;
}

interface Locks {
  request(
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Sixteen random bytes as a UUID of version 4. */
function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte, i) => {
    const marked = i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  });
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The environment of a browser or of Node. */
export function systemEnvironment(): Environment {
  const surroundings: Surroundings = globalThis;
  let toldInsecure = false;
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    // `randomUUID` is only there in secure contexts; a page of http://192.168.… has random bytes all the same.
    randomId: () => uuidOf(globalThis.crypto.getRandomValues(new Uint8Array(16))),
    warn(text) {
      if (surroundings.process?.env?.["NODE_ENV"] !== "production")
        surroundings.console?.warn(text);
    },
    origin: () => surroundings.document && surroundings.location?.origin,
    setTimer(run, ms, { awaited = false } = { awaited: false }) {
      const timer: unknown = setTimeout(run, Math.min(ms, MAX_TIMER_MS));
      // A waiting poll keeps no program alive. Browsers' timers are numbers, and keep none alive anyway.
      if (!awaited && typeof timer === "object" && timer !== null && "unref" in timer) {
        (timer as { unref(): void }).unref(); // Node's timer
      }
      return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]); // what setTimeout gave
    },
    online: () => surroundings.navigator?.onLine !== false,
    onWake(listener) {
      const { document } = surroundings;
      const shown = () => {
        if (document?.visibilityState === "visible") listener();
      };
      surroundings.addEventListener?.("online", listener);
      surroundings.addEventListener?.("focus", listener);
      surroundings.addEventListener?.("pageshow", listener);
      document?.addEventListener?.("visibilitychange", shown);
      document?.addEventListener?.("resume", listener);
      return () => {
        surroundings.removeEventListener?.("online", listener);
        surroundings.removeEventListener?.("focus", listener);
        surroundings.removeEventListener?.("pageshow", listener);
        document?.removeEventListener?.("visibilitychange", shown);
        document?.removeEventListener?.("resume", listener);
      };
    },
    onOffline(listener) {
      surroundings.addEventListener?.("offline", listener);
      return () => surroundings.removeEventListener?.("offline", listener);
    },
    onSleep(listener) {
      surroundings.addEventListener?.("pagehide", listener);
      return () => surroundings.removeEventListener?.("pagehide", listener);
    },
    onHide(listener) {
      const { document } = surroundings;
      const hidden = () => {
        if (document?.visibilityState === "hidden") listener();
      };
      surroundings.addEventListener?.("pagehide", listener);
      document?.addEventListener?.("visibilitychange", hidden);
      return () => {
        surroundings.removeEventListener?.("pagehide", listener);
        document?.removeEventListener?.("visibilitychange", hidden);
      };
    },
    channel(name, listener) {
      // Node has channels too, but no tabs; and one would keep the process alive.
      if (surroundings.document === undefined || surroundings.BroadcastChannel === undefined)
        return undefined;
      const port = new surroundings.BroadcastChannel(name);
      port.addEventListener("message", (event) => {
        if ("data" in event) listener(event.data);
      });
      return { post: (message) => port.postMessage(message), close: () => port.close() };
    },
    lock(name, { steal, held, lost }) {
      const locks = surroundings.navigator?.locks;
      if (locks === undefined) {
        if (surroundings.isSecureContext === false && !toldInsecure) {
          toldInsecure = true;
          this.warn?.(
            "Syncline: this page is no secure context (https or localhost): without Web Locks each tab syncs for itself, and what is stored may be cleared.",
          );
        }
        return undefined;
      }
      const waiting = new AbortController();
      let release = () => waiting.abort();
      locks
        .request(name, steal ? { steal } : { signal: waiting.signal }, () => {
          if (waiting.signal.aborted) return Promise.resolve();
          held();
          return new Promise<void>((resolve) => {
            release = resolve;
          });
        })
        .catch(lost);
      return () => release();
    },
    storage() {
      if (surroundings.document === undefined) return undefined;
      // Older browsers, and pages without a secure context, have only a part of it or nothing.
      const storage: Partial<StorageManager> = surroundings.navigator?.storage ?? {};
      // Some pages may not keep anything, and are told so by exceptions.
      const attempt = <Value>(run: () => Value, otherwise: Value) => {
        try {
          return run();
        } catch {
          return otherwise;
        }
      };
      return {
        persist: async () => (await storage.persist?.()) ?? false,
        persisted: async () => (await storage.persisted?.()) ?? null,
        estimate: async () => (await storage.estimate?.()) ?? {},
        remembers: (name) => attempt(() => surroundings.localStorage?.getItem(name) != null, false),
        remember: (name, text = "1") =>
          attempt(() => {
            surroundings.localStorage?.removeItem(name);
            surroundings.localStorage?.setItem(name, text);
          }, undefined),
        forget: (name) => attempt(() => surroundings.localStorage?.removeItem(name), undefined),
        texts: (prefix) =>
          attempt(
            () =>
              Object.entries(surroundings.localStorage ?? {}).filter(([name]) =>
                name.startsWith(prefix),
              ),
            [],
          ),
      };
    },
  };
}
