// Which organisations a user belongs to, as the other side's auth service says: asked once for a while.

import { SynclineError, withoutEnd } from "@syncline/core";

export interface MembershipOptions {
  /** Where the auth service is: `http://localhost:3001`. */
  readonly url: string;
  /** What it is shown, so that it answers. */
  readonly serviceKey: string;
  /** How long it may take to answer; 5 seconds where left out. */
  readonly timeoutMs?: number;
  /** How long an answer holds; 5 minutes where left out. */
  readonly cacheMs?: number;
}

export interface Memberships {
  /** The ids of the user's organisations; undefined where nobody can say now. */
  of(userId: string): Promise<readonly string[] | undefined>;
}

const TIMEOUT_MS = 5_000;
const CACHE_MS = 5 * 60_000;
const MAX_USERS = 50_000;
const MAX_BYTES = 1024 * 1024;
/** Each is a space that every request looks at. Of more, none is picked out: the answer counts as none, and the log says so. */
const MAX_ORGANISATIONS = 1_000;

/** @throws {SynclineError} `config` when the address is none */
export function createMemberships(
  { url, serviceKey, timeoutMs = TIMEOUT_MS, cacheMs = CACHE_MS }: MembershipOptions,
  { now, failed }: { now(): number; readonly failed: (what: string, thrown: unknown) => void },
): Memberships {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new SynclineError("config", "The address of the auth service is no URL.", {
      path: "manaAuthUrl",
    });
  }
  const base = withoutEnd(url, "/");
  const answers = new Map<string, { readonly ids: readonly string[]; readonly untilMs: number }>();
  const asking = new Map<string, Promise<readonly string[] | undefined>>();

  async function ask(userId: string): Promise<readonly string[]> {
    const path = `/api/v1/internal/users/${encodeURIComponent(userId)}/memberships`;
    const answer = await fetch(base + path, {
      headers: { "x-service-key": serviceKey },
      redirect: "error", // the key is for this service alone
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      throw new Error(`the auth service answered ${answer.status}`);
    }
    const text = await answer.text();
    if (text.length > MAX_BYTES) throw new Error("the auth service answered too much");
    return readIds(JSON.parse(text));
  }

  async function question(userId: string): Promise<readonly string[] | undefined> {
    try {
      const ids = await ask(userId);
      answers.delete(userId);
      answers.set(userId, { ids, untilMs: now() + cacheMs });
      const [oldest] = answers.keys();
      if (answers.size > MAX_USERS && oldest !== undefined) answers.delete(oldest);
      return ids;
    } catch (thrown) {
      failed("asking for memberships", thrown);
      return undefined;
    } finally {
      asking.delete(userId);
    }
  }

  return {
    async of(userId) {
      const held = answers.get(userId);
      if (held !== undefined && held.untilMs > now()) return held.ids;
      // One question at a time for a user: who asks meanwhile waits for its answer.
      const answer = asking.get(userId) ?? question(userId);
      asking.set(userId, answer);
      return await answer;
    },
  };
}

function readIds(answer: unknown): readonly string[] {
  const list =
    typeof answer === "object" && answer !== null && "memberships" in answer
      ? answer.memberships
      : undefined;
  if (list === null) return [];
  if (!Array.isArray(list)) throw new Error("the auth service answered without memberships");
  const ids = list.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null || !("organizationId" in one)) return [];
    const { organizationId } = one;
    return typeof organizationId === "string" && organizationId !== "" ? [organizationId] : [];
  });
  const known = [...new Set(ids)].sort();
  if (known.length > MAX_ORGANISATIONS)
    throw new Error(
      `the auth service named ${known.length} organisations; a user may have ${MAX_ORGANISATIONS}`,
    );
  return known;
}
