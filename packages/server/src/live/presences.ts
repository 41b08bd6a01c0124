// Presence: what people show of themselves in a space while they are there. Kept in memory, never stored.

import type { Admitted, Presence, SpaceEvent } from "../engine/contract.ts";
import { createFrame, type Frame } from "./frame.ts";

export interface Presences {
  /** Somebody here shows something, or nothing more (null). */
  set(admitted: Admitted, presence: Presence): void;
  /** Tells a newcomer who is there. */
  welcome(admitted: Admitted, name: string, to: { send(frame: Frame): boolean }): void;
  /** What came over the bus. */
  take(event: Extract<SpaceEvent, { type: "presence" | "who" }>): void;
  /** Nobody here follows the space any more. */
  forget(space: string): void;
  /** Called from time to time: repeats what is shown here, forgets what is not repeated elsewhere. */
  tick(): void;
}

export interface PresencesOptions {
  now(): number;
  announce(admitted: Admitted, presence: Presence | null): void;
  /** Shows a frame to all who follow a space here, but for one client of one user. */
  show(space: string, frameFor: (name: string) => Frame, except: Client): void;
}

type Client = Pick<Presence, "userId" | "clientId">;

interface Shown {
  readonly presence: Presence;
  atMs: number;
  /** What was shown last of it here; undefined: nothing yet. */
  shown: string | null | undefined;
  /** Where it is this server that repeats it. */
  readonly admitted: Admitted | undefined;
}

const REPEAT_MS = 25_000;
const EXPIRE_MS = 60_000;

export function createPresences({ now, announce, show }: PresencesOptions): Presences {
  const spaces = new Map<string, Map<string, Shown>>();
  let repeatedAtMs = now();

  function keep(space: string, presence: Presence, admitted: Admitted | undefined): void {
    const held = spaces.get(space) ?? new Map<string, Shown>();
    if (presence.state === null) held.delete(keyOf(presence));
    else held.set(keyOf(presence), { presence, atMs: now(), shown: undefined, admitted });
    if (held.size > 0) spaces.set(space, held);
    else spaces.delete(space);
  }

  return {
    set(admitted, presence) {
      const held = spaces.get(admitted.space)?.get(keyOf(presence));
      if (presence.state === null && held === undefined) return;
      keep(admitted.space, presence, admitted);
      announce(admitted, presence);
    },
    welcome(admitted, name, to) {
      const held = spaces.get(admitted.space);
      if (held === undefined) announce(admitted, null);
      for (const { presence } of held?.values() ?? []) to.send(frameOf(name, presence));
    },
    take(event) {
      if (event.type === "who") {
        for (const { presence, admitted } of spaces.get(event.space)?.values() ?? [])
          if (admitted !== undefined) announce(admitted, presence);
        return;
      }
      const { space, clientId, userId, state } = event;
      const presence = { clientId, userId, state };
      const held = spaces.get(space)?.get(keyOf(presence));
      // What is set here is what holds: nobody else speaks for this client.
      if (held?.admitted !== undefined && held.presence.state !== state) return;
      if (held?.shown === state) {
        held.atMs = now();
        return;
      }
      if (held?.admitted === undefined) keep(space, presence, undefined);
      const kept = spaces.get(space)?.get(keyOf(presence));
      if (kept !== undefined) kept.shown = state;
      show(space, (name) => frameOf(name, presence), presence);
    },
    forget: (space) => void spaces.delete(space),
    tick() {
      const repeat = now() - repeatedAtMs >= REPEAT_MS;
      if (repeat) repeatedAtMs = now();
      for (const [space, held] of [...spaces]) {
        for (const { presence, atMs, admitted } of [...held.values()]) {
          if (admitted !== undefined) {
            if (repeat) announce(admitted, presence);
          } else if (now() - atMs > EXPIRE_MS) {
            const gone = { ...presence, state: null };
            keep(space, gone, undefined);
            show(space, (name) => frameOf(name, gone), presence);
          }
        }
      }
    },
  };
}

/** Two users may have chosen one client id: what one shows says nothing of the other. Ids hold no blank. */
function keyOf({ userId, clientId }: Client): string {
  return `${clientId} ${userId}`;
}

function frameOf(space: string, { clientId, userId, state }: Presence): Frame {
  const head = JSON.stringify({ type: "presence", space, clientId, userId });
  return createFrame("presence", `${head.slice(0, -1)},"state":${state ?? "null"}}`);
}
