// Who is in a database: whatever filled it, and however far that came.

import { hash64, parseSpace } from "@syncline/core";
import { kansoApp } from "@syncline/kanso-server";
import { issueToken, openSqliteStore, type Store } from "@syncline/server";

export const SECRET = "a secret for the benchmarks, long enough for HS256";
/** Of whom the bench's own people are. */
export const SEED = "kanso";
const PAGE = 1_000;

/** The ids of all people, in an order that says nothing of where they lie: neighbours on the disk are read together. */
export async function peopleOf(path: string): Promise<readonly string[]> {
  await using store = await openSqliteStore({ path });
  const people: string[] = [];
  for (let after = ""; ; ) {
    const heads = await store.spaces({ after, limit: PAGE, app: kansoApp.name });
    const last = heads.at(-1);
    if (last === undefined) break;
    after = last.space;
    for (const { space, tallies } of heads)
      if ((tallies["habits"]?.count ?? 0) > 0) people.push(parseSpace(space).name.slice(1));
  }
  const order = new Map(people.map((userId) => [userId, hash64(userId)]));
  return people.sort((one, other) => ((order.get(one) ?? "") < (order.get(other) ?? "") ? -1 : 1));
}

/** The habits of people, in their order. */
export async function habitsOf(
  path: string,
  people: readonly string[],
): Promise<readonly (readonly string[])[]> {
  await using store = await openSqliteStore({ path });
  return await Promise.all(people.map((userId) => habitIds(store, userId)));
}

async function habitIds(store: Store, userId: string): Promise<readonly string[]> {
  const page = await store.page({
    space: `${kansoApp.name}/~${userId}`,
    collections: ["habits"],
    after: 0,
    tombstonesAfter: 0,
    limit: PAGE,
    maxBytes: 2 ** 20,
    separator: ",",
  });
  const habits = JSON.parse(`[${page?.changes ?? ""}]`) as { readonly id: string }[]; // what a page is
  return habits.map(({ id }) => id);
}

export function tokensOf(people: readonly string[]): Promise<string[]> {
  return Promise.all(
    people.map((userId) => issueToken({ secret: SECRET, userId, expiresInSeconds: 86_400 })),
  );
}
