// Seals: by them the server knows what it wrote on a cursor itself. What a reader had is believed only under one.

import type { Store } from "../store/port.ts";
import type { EngineEnvironment } from "./environment.ts";

/** Puts seals on texts, and tells its own from others. All nodes on a store have the same keys. */
export interface CursorSeals {
  /** The keys as they are known here; they are read from the store now and then. */
  ready(): Promise<void>;
  /** Twice ten digits. Needs `ready` before. */
  seal(text: string): string;
  /** Whether one of the keys made the seal. Keys are read again before it is said that none did. */
  holds(text: string, seal: string): Promise<boolean>;
}

export interface CursorSealsOptions {
  readonly settings: Store["settings"];
  readonly environment: Pick<EngineEnvironment, "now" | "secret" | "mac">;
}

const SETTING = "cursor-keys";
/** The one that seals, and the one before it. */
const MAX_KEYS = 2;
/** After this long a node seals with a key that another one has made. */
const REREAD_MS = 60_000;
/** Whoever sends forged cursors has the keys read no more often than this. */
const MIN_REREAD_MS = 1_000;
/** What 48 bits need at most. */
const HALF_DIGITS = 10;

const half = (number: number) => number.toString(36).padStart(HALF_DIGITS, "0");

export function createCursorSeals({ settings, environment }: CursorSealsOptions): CursorSeals {
  let keys: readonly string[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    keys = await readKeys(settings, environment);
    readAtMs = environment.now();
  }

  function reread(afterMs: number): Promise<void> {
    // A clock that was set back must not keep old keys for ever.
    if (keys.length > 0 && Math.abs(environment.now() - readAtMs) < afterMs)
      return Promise.resolve();
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  const sealWith = (key: string, text: string) => {
    const [high, low] = environment.mac(key, text);
    return half(high) + half(low);
  };
  const isOurs = (text: string, seal: string) =>
    keys.some((key) => isSame(sealWith(key, text), seal));

  return {
    ready: () => reread(REREAD_MS),
    seal: (text) => sealWith(keys[0] ?? "", text),
    async holds(text, seal) {
      await reread(REREAD_MS);
      if (isOurs(text, seal)) return true;
      await reread(MIN_REREAD_MS);
      return isOurs(text, seal);
    },
  };
}

/**
 * Makes a new key; cursors under the one before it are still believed, and those under the one before that are not.
 * Nodes take it up within a minute.
 */
export async function rotateCursorKeys({
  settings,
  environment,
}: CursorSealsOptions): Promise<void> {
  for (;;) {
    await readKeys(settings, environment);
    const from = await settings.read(SETTING);
    const next = [environment.secret(), ...keysIn(from)].slice(0, MAX_KEYS).join(" ");
    if (await settings.replace(SETTING, from, next)) return;
  }
}

/** The keys, newest first. The first node to ask makes one. */
async function readKeys(
  settings: Store["settings"],
  environment: Pick<EngineEnvironment, "secret">,
): Promise<readonly string[]> {
  const kept = keysIn(await settings.read(SETTING));
  if (kept.length > 0) return kept;
  await settings.replace(SETTING, undefined, environment.secret());
  // Whoever was first: its key is everybody's.
  return keysIn(await settings.read(SETTING));
}

function keysIn(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(" ");
}

/** Takes the same time wherever they differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
