// Rules that an operator writes, in rules.yaml; each decision is kept in an audit trail, and the sync logs what it does.

import { readFile } from "node:fs/promises";
import {
  createLogger,
  createMemoryStore,
  createMemoryTransport,
  createReviewQueue,
  observeStore,
  syncBuilder,
} from "@syncline/kit";
import { createAuditTrail, withAudit } from "@syncline/kit/audit";
import { createRuleConfigResolver, parseRuleConfig } from "@syncline/kit/rules";

const text = await readFile(new URL("rules.yaml", import.meta.url), "utf8");
const rules = createRuleConfigResolver(await parseRuleConfig(text, "yaml"));
const trail = createAuditTrail(createMemoryStore());
const resolver = withAudit(rules, { trail, context: () => ({ user: "anna" }) });

const [store, peer] = [createMemoryStore(), observeStore(createMemoryStore())];
const change = (id: string, type: string, data: object) =>
  ({ id, type, aggregateId: "tea", data, metadata: null }) as const;
await store.store(change("e1", "Changed", { price: 3 }));
await peer.store(change("e2", "Changed", { price: 4 }));

const reviews = createReviewQueue(store);
const sync = syncBuilder()
  .withStore(store)
  .withTransport(createMemoryTransport({ store: peer, peer: "shop" }))
  .withConflictResolver(resolver)
  .withManualReview(reviews)
  .withLogger(createLogger({ level: "warn" }))
  .build();
await sync.sync();
for await (const { user, rule, decision, reasons } of trail.records({ group: "prices" }))
  console.log(`${user}: ${decision} by ${rule} (${reasons.join(", ")})`);
console.log(`${(await reviews.list()).length} to review`);
await sync.close();
