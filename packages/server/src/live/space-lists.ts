// The lists of one's spaces on a socket: sent once whole, then what changed of them.

import { parseSpace, SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import type { ListedSpace } from "../engine/sharing-contract.ts";
import { toListed } from "../http/sharing-routes.ts";
import { createFrame, type Frame } from "./frame.ts";

export interface SpaceListsOptions {
  readonly engine: Engine;
  /** Whose lists they are. @throws {SynclineError} when nobody's */
  principal(): Principal;
  /** False: the reader is too slow, and the frame was not sent. */
  send(frame: Frame): boolean;
  now(): number;
  failed(what: string, thrown: unknown): void;
}

export interface SpaceLists {
  /** Sends the list of an app, and from then on its changes. */
  open(app: string): Promise<void>;
  /** Called every second or so. */
  tick(): void;
  close(): void;
}

interface List {
  readonly app: string;
  /** What was sent last, by the name of the space. */
  readonly sent: Map<string, string>;
  whole: boolean;
  /** Something may have changed since it was last read. */
  dirty: boolean;
  reading: boolean;
  readAtMs: number;
  readonly watched: Map<string, () => void>;
  readonly stop: () => void;
}

const MAX_LISTS = 8;
/** How many spaces a list holds; who has more asks for them in pages. */
const MAX_SPACES = 1_000;
/** Spaces whose commits are listened to; news of the others is found by looking. */
const MAX_WATCHED = 200;
/** A busy space has its list read no more often than this. */
const PAUSE_MS = 1_000;
/** What a hint that was lost costs at most. */
const LOOK_MS = 30_000;

export function createSpaceLists(options: SpaceListsOptions): SpaceLists {
  const { engine, now, send } = options;
  const lists = new Map<string, List>();
  let closed = false;

  async function read(list: List): Promise<void> {
    if (list.reading) return;
    list.reading = true;
    list.dirty = false;
    list.readAtMs = now();
    try {
      const page = { after: "", limit: MAX_SPACES };
      const { spaces } = await engine.spaces(options.principal(), list.app, page);
      if (closed || !tell(list, spaces)) return;
      watch(list, spaces);
    } finally {
      list.reading = false;
    }
  }

  /** @returns false where the reader is slow: then all is said once more, later */
  function tell(list: List, spaces: readonly ListedSpace[]): boolean {
    const current = new Map(
      spaces.map((space) => [parseSpace(space.space).name, JSON.stringify(toListed(space))]),
    );
    const changed = [...current].filter(
      ([name, text]) => list.whole || list.sent.get(name) !== text,
    );
    const gone = list.whole ? [] : [...list.sent.keys()].filter((name) => !current.has(name));
    if (!list.whole && changed.length === 0 && gone.length === 0) return true;
    const head = JSON.stringify({ type: "spaces", app: list.app, whole: list.whole, gone });
    const json = `${head.slice(0, -1)},"spaces":[${changed.map(([, text]) => text).join(",")}]}`;
    if (!send(createFrame("spaces", json))) {
      list.dirty = true;
      return false;
    }
    list.whole = false;
    list.sent.clear();
    for (const [name, text] of current) list.sent.set(name, text);
    return true;
  }

  /** Listens to what happens in the spaces of the list. */
  function watch(list: List, spaces: readonly ListedSpace[]): void {
    const wanted = new Set(spaces.slice(0, MAX_WATCHED).map(({ space }) => space));
    for (const [space, stop] of list.watched) {
      if (wanted.has(space)) continue;
      stop();
      list.watched.delete(space);
    }
    for (const space of wanted) {
      if (list.watched.has(space)) continue;
      const stop = engine.watch({ space }, ({ type }) => {
        if (type === "presence" || type === "who") return;
        list.dirty = true;
        // Who shows its members asks for them again.
        if (type === "members") send(createFrame("members", JSON.stringify({ type, space })));
      });
      list.watched.set(space, stop);
      // What happened since it was read was not listened to.
      list.dirty = true;
    }
  }

  function refresh(list: List): void {
    read(list).catch((thrown) => {
      list.dirty = true;
      if (!closed && !(thrown instanceof SynclineError)) options.failed("a list of spaces", thrown);
    });
  }

  return {
    async open(app) {
      const { userId } = options.principal();
      let list = lists.get(app);
      if (list === undefined) {
        if (lists.size >= MAX_LISTS)
          throw new SynclineError("rate_limited", `A socket has at most ${MAX_LISTS} lists.`);
        const made: List = {
          app,
          sent: new Map(),
          whole: true,
          dirty: true,
          reading: false,
          readAtMs: 0,
          watched: new Map(),
          stop: engine.watchUser(userId, () => {
            made.dirty = true;
            // Who was let in, or put out, hears of it at once.
            if (now() - made.readAtMs >= PAUSE_MS) refresh(made);
          }),
        };
        lists.set(app, made);
        list = made;
      }
      list.whole = true;
      try {
        await read(list);
      } catch (thrown) {
        lists.delete(app);
        endList(list);
        throw thrown;
      }
    },
    tick() {
      for (const list of lists.values()) {
        const sinceMs = now() - list.readAtMs;
        if (sinceMs >= LOOK_MS || (list.dirty && sinceMs >= PAUSE_MS)) refresh(list);
      }
    },
    close() {
      closed = true;
      for (const list of lists.values()) endList(list);
      lists.clear();
    },
  };
}

function endList({ stop, watched }: List): void {
  stop();
  for (const end of watched.values()) end();
  watched.clear();
}
