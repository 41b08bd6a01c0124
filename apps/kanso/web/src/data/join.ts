// A guest's data joins an account: habits and entries come along by themselves; settings are the account's where it has some.

import { AccountError } from "./account-problem.ts";
import { SETTINGS_ID } from "./collections.ts";
import type { KansoClient } from "./open.ts";

/**
 * What a guest has set on a device that he has just begun to use gives way to what holds on all the others. The
 * account's settings are written over his, as if he had chosen them now, and travel with everything else.
 * @throws {AccountError} `offline`, `failed`: then nobody is signed in, and nothing has changed
 */
export async function adoptSettings(client: KansoClient, token: string): Promise<void> {
  const held = await client.collections.settings.get(SETTINGS_ID);
  if (held === undefined) return;
  const fields = await settingsOf(token);
  if (fields === undefined) return;
  const write = client.transaction((tx) => tx.settings.update(SETTINGS_ID, fields), {
    label: "settings",
  });
  write.synced.catch(() => undefined); // it is in the inbox, and shown there
  await write.local;
}

interface Answer {
  readonly changes: readonly { readonly id: string; readonly fields?: object }[];
}

async function settingsOf(token: string): Promise<object | undefined> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch("/v1/kanso/~/changes?collections=settings", { headers }).catch(
    () => undefined,
  );
  if (answer === undefined) throw new AccountError("offline");
  if (answer.status === 403 || answer.status === 404) return undefined; // nothing was ever written
  if (!answer.ok) throw new AccountError("failed");
  const { changes }: Answer = await answer.json();
  return changes.find(({ id }) => id === SETTINGS_ID)?.fields;
}
