// Copies the events of one peer to another, in their order: from a server in Go to a space here, and back. Run again, it brings
// what came since. docs/guide/from-go-sync-kit.md says when; tests/dialects/kit/guide.test.ts runs it.
// FROM and TO are the peers' addresses, FROM_TOKEN and TO_TOKEN their tokens, STORE a file that remembers how far it came.

import { createHttpTransport, createSyncManager } from "@syncline/kit";
import { openSqliteStore } from "@syncline/kit/sqlite";

const { FROM, FROM_TOKEN, TO, TO_TOKEN, STORE = ":memory:" } = process.env;
function open(url = "", token = "") {
  const headers = { authorization: `Bearer ${token}` };
  return createHttpTransport({ url, ...(token !== "" && { headers: async () => headers }) });
}
const [from, to] = [open(FROM, FROM_TOKEN), open(TO, TO_TOKEN)];
const store = await openSqliteStore({ path: STORE });
const pulled = await createSyncManager({ store, transport: from }).pull();
const pushed = await createSyncManager({ store, transport: to }).push();

const failures = [...pulled.errors, ...pushed.errors];
const rejected = [...pulled.rejected, ...pushed.rejected];
for (const { id, error } of rejected) console.error(`not copied: ${id}: ${error.message}`);
for (const { code, message } of failures) console.error(`${code}: ${message}`);
console.log(
  `read ${pulled.eventsPulled}, wrote ${pushed.eventsPushed}, refused ${rejected.length}`,
);
if (failures.length === 0) {
  const [there, here] = [await from.latestVersion(), await to.latestVersion()];
  console.log(`positions: ${there} and ${here}`);
}
process.exitCode = failures.length > 0 || rejected.length > 0 ? 1 : 0;
await store.close();
