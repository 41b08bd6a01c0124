// Two nodes on one PostgreSQL, which tell each other of what they write.

import { openPostgresBus, openPostgresStore } from "@syncline/server";
import { afterAll, describe } from "vitest";
import { type SharedDatabase, sharedDatabase } from "../../shared-postgres.ts";
import { type ManaServer, startMana } from "./fixture.ts";

type Options = Parameters<typeof startMana>[1];

/** Starts both, on a database of their own. */
export type StartNodes = (options: Options) => Promise<readonly ManaServer[]>;

const SECRET = "one secret for both nodes, long enough for HS256";

export function onTwoNodes(name: string, suite: (start: StartNodes) => void): void {
  describe(`${name} on two nodes`, () => {
    const databases: SharedDatabase[] = [];
    afterAll(() => {
      for (const database of databases) database.close();
    });
    suite(async (options) => {
      const database = await sharedDatabase();
      databases.push(database);
      const { url } = database;
      const node = async () =>
        await startMana(() => openPostgresStore({ url }), options, {
          server: { bus: await openPostgresBus({ url, key: "a key" }), auth: { secret: SECRET } },
        });
      // One after the other: the first makes the tables.
      const one = await node();
      return [one, await node()];
    });
  });
}
