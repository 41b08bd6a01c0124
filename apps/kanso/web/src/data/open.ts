// Opens what is on the device: it can be read and written at once, with or without an account.

import { type Client, openClient, writeAgain } from "@syncline/client";
import { openIndexedDbStore } from "@syncline/client/indexeddb";
import { collections } from "./collections.ts";
import { tellLeftAsIs } from "./left-as-is.ts";
import { forgetLogs } from "./log-cache.ts";
import { logStoreOf } from "./log-store.ts";
import type { Session } from "./session.ts";

export type KansoClient = Client<typeof collections>;

/**
 * A guest's writes wait in the outbox: without a token nothing is sent. Once he signs in, they are the
 * account's.
 */
export async function openData(session: Pick<Session, "token">): Promise<KansoClient> {
  const store = await openIndexedDbStore({
    name: "kanso",
    onOutdated: () => location.reload(),
  });
  let given: string | undefined;
  const client = await openClient({
    url: location.origin,
    app: "kanso",
    // The client keeps a token until the server refuses it: asked again, it is given another.
    token: async () => {
      given = await session.token(given);
      return given;
    },
    store,
    collections,
    onEvent(event) {
      if (event.type === "not_undone") tellLeftAsIs(client, event);
      // The browser's data was cleared under this page: what it still holds goes into a new database.
      if (event.type === "removed") {
        void openData(session)
          .then((next) => writeAgain(next, event.unsynced))
          .finally(() => location.reload());
      }
      // Another tab has signed out: what this one shows is gone.
      if (event.type !== "signed_out") return;
      forgetLogs();
      location.assign("/");
    },
  });
  // What was kept of the logs is read while the first page is rendered.
  logStoreOf(client).subscribe(() => undefined);
  return client;
}
