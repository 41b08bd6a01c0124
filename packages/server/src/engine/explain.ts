// Explain: why a record is here, not here, or as it is.

import { type RecordKey, type RecordState, resolvePolicy, stampToMs } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { HistoryEntry, Store } from "../store/port.ts";
import type { Explanation } from "./contract.ts";
import { ownValue } from "./own-value.ts";

const LAST_ENTRIES = 20;

export async function explainRecord(
  space: string,
  key: RecordKey,
  app: AppDefinition | undefined,
  store: Store,
): Promise<Explanation> {
  const [head, record] = await Promise.all([store.head(space), store.record(space, key)]);
  const history: HistoryEntry[] = [];
  for (let after = 0; ; ) {
    const page = await store.history({ space, after, limit: 1_000, record: key });
    history.push(...page);
    history.splice(0, Math.max(0, history.length - LAST_ENTRIES));
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.stamp;
  }
  const policy =
    app === undefined
      ? (ownValue(head?.policies, key.collection) ?? "lww")
      : resolvePolicy(ownValue(app.collections, key.collection)?.policy).name;
  return {
    space,
    key,
    policy,
    record: record ?? null,
    history,
    because: because(record, history, head?.horizon ?? 0),
  };
}

function because(
  record: RecordState | undefined,
  history: readonly HistoryEntry[],
  horizon: number,
): string {
  const day = (stamp: number) => new Date(stampToMs(stamp)).toISOString();
  if (record === undefined) {
    const compacted =
      horizon > 0 ? ` Records deleted before ${day(horizon)} were removed for good.` : "";
    return `There is no such record: nobody wrote it.${compacted}`;
  }
  const last = history.at(-1);
  const by = last === undefined ? "" : ` by ${last.userId} on client ${last.clientId}`;
  if (!record.deleted)
    return `It is here: version ${record.version}, last written ${day(record.stamp)}${by}.`;
  if (record.registers.base === undefined) {
    return `It was only ever patched, never put, so nobody sees it. Last written ${day(record.stamp)}${by}.`;
  }
  return `It was deleted: version ${record.version}, last written ${day(record.stamp)}${by}. A restore brings it back.`;
}
