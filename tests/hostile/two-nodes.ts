// Two servers on one PostgreSQL, as an operator runs them: what was used at one is used at the other.

import { openPostgresBus, openPostgresStore, type ServerOptions } from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { sharedDatabase } from "../shared-postgres.ts";

export interface TwoNodes {
  readonly nodes: readonly [TestServer, TestServer];
  [Symbol.asyncDispose](): Promise<void>;
}

const SECRET = "one secret for both nodes, long enough for HS256";

export async function startTwoNodes({
  apps = "open",
  ...server
}: Partial<ServerOptions> = {}): Promise<TwoNodes> {
  const database = await sharedDatabase();
  const { url } = database;
  const node = async () =>
    await startTestServer({
      apps,
      store: await openPostgresStore({ url }),
      server: {
        auth: { secret: SECRET },
        bus: await openPostgresBus({ url, key: "a key" }),
        ...server,
      },
    });
  // One after the other: the first makes the tables.
  const nodes = [await node(), await node()] as const;
  return {
    nodes,
    async [Symbol.asyncDispose]() {
      for (const one of nodes) await one.close();
      database.close();
    },
  };
}
