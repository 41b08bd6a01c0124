// Erases a person: account, keys and personal spaces go, and what others share names somebody else.

import { personalSpace } from "@syncline/core";
import type { KeyStore } from "../keys/index.ts";
import { allSpaces } from "../store/all-spaces.ts";
import type { Store } from "../store/port.ts";
import { type BackupPlan, backupsHolding, type Receipt } from "./receipt.ts";

/** Who history names instead. */
const NOBODY = "erased";

export interface PersonPlaces {
  readonly personal: readonly string[];
  /** Where the person is a member, or has written. */
  readonly shared: readonly string[];
}

/** Looks through all that there is for somebody. */
export async function placesOf(store: Store, userId: string): Promise<PersonPlaces> {
  const personal: string[] = [];
  const shared: string[] = [];
  const own = `/${personalSpace(userId)}`;
  for await (const { space } of allSpaces(store)) {
    if (space.endsWith(own)) personal.push(space);
    else if (
      (await store.role(space, userId)) !== undefined ||
      (await hasWritten(store, space, userId))
    )
      shared.push(space);
  }
  return { personal, shared };
}

async function hasWritten(store: Store, space: string, userId: string): Promise<boolean> {
  for (let after = 0; ; ) {
    const entries = await store.history({ space, after, limit: 1_000 });
    if (entries.some((entry) => entry.userId === userId)) return true;
    const last = entries.at(-1);
    if (last === undefined) return false;
    after = last.stamp;
  }
}

export interface EraseOptions {
  readonly store: Store;
  readonly keys: KeyStore;
  /** Waits until what was accepted is written. */
  readonly drain: () => Promise<void>;
  readonly backups: BackupPlan | undefined;
  /** True: the history of shared spaces goes on naming the person. */
  readonly keepName?: boolean;
}

/** Erases whoever has this id. Done again, it takes what came since, and its receipt says so. */
export async function erasePerson(
  userId: string,
  { store, keys, drain, backups, keepName = false }: EraseOptions,
): Promise<Receipt> {
  await drain();
  const account = await store.accounts.byUser(userId);
  const found = await placesOf(store, userId);
  const apiKeys = (await keys.hasUser(userId)) ? await keys.revokeAll(userId) : 0;
  // Account, sessions, memberships and personal spaces, all or none.
  await store.accounts.remove(userId, personalSpace(userId));
  // What was accepted before may be committed after: it goes, too.
  await drain();
  await store.accounts.remove(userId, personalSpace(userId));
  let renamed = 0;
  if (!keepName)
    for (const space of found.shared) renamed += await store.replaceAuthor(space, userId, NOBODY);
  return {
    user: userId,
    erasedAt: new Date().toISOString(),
    account: account !== undefined,
    apiKeys,
    personalSpaces: found.personal,
    sharedSpaces: found.shared,
    entriesRenamed: keepName ? null : renamed,
    backups: await backupsHolding(backups),
  };
}
