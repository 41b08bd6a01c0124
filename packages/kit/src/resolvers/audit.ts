// @syncline/kit/audit: who decided which conflict, how and why, kept as events of a log of their own.

import { isSynclineError } from "@syncline/core";
import { type KitEnvironment, systemEnvironment } from "../environment.ts";
import type {
  Conflict,
  ConflictResolver,
  Decision,
  Event,
  EventStore,
  Relation,
  Resolution,
  StoredEvent,
} from "../ports.ts";

/** One of the two sides: the event itself is in the synced log, which never loses one. */
export interface AuditSide {
  readonly id: string;
  readonly version: string;
}

/** On whose behalf a program resolves. */
export interface AuditContext {
  readonly user?: string;
  readonly session?: string;
  readonly origin?: string;
}

export interface AuditRecord extends AuditContext {
  readonly id: string;
  /** RFC 3339, in UTC. */
  readonly time: string;
  readonly eventType: string;
  readonly aggregateId: string;
  readonly relation: Relation;
  readonly changedFields: readonly string[];
  readonly local: AuditSide;
  readonly remote: AuditSide;
  readonly resolver: string;
  /** `group.rule`, where rules decided. */
  readonly rule?: string;
  /** Left out when the resolver failed. */
  readonly decision?: Decision;
  readonly reasons: readonly string[];
  /** Ids of the events that count. */
  readonly events: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly durationMs: number;
}

/** All of what is said must hold. */
export interface AuditFilter {
  readonly aggregateId?: string;
  readonly eventType?: string;
  readonly user?: string;
  readonly session?: string;
  readonly resolver?: string;
  readonly rule?: string;
  /** Of a rule in this group, or in one of its subgroups. */
  readonly group?: string;
  readonly decision?: Decision;
  /** Not before. */
  readonly from?: Date;
  /** Before. */
  readonly to?: Date;
  /** At most so many. */
  readonly limit?: number;
}

export interface AuditTrail {
  add(record: AuditRecord): Promise<void>;
  /** Oldest first. */
  records(filter?: AuditFilter): AsyncIterable<AuditRecord>;
}

export interface AuditOptions {
  readonly trail: AuditTrail;
  /** Asked at each resolution. */
  context?(): AuditContext;
  /** Told of records that could not be kept; the resolution holds all the same. */
  failed?(error: unknown): void;
  readonly environment?: KitEnvironment;
}

const TYPE = "ConflictResolved";

/**
 * A trail in a store, which it needs for itself: records in the synced store would travel, and meet conflicts of their own.
 */
export function createAuditTrail(store: EventStore): AuditTrail {
  return {
    async add(record) {
      const { id, aggregateId } = record;
      await store.store({ id, type: TYPE, aggregateId, data: record, metadata: null });
    },
    async *records(filter = {}) {
      const { aggregateId, limit = Number.POSITIVE_INFINITY } = filter;
      let left = limit;
      if (left <= 0) return;
      const log =
        aggregateId === undefined ? store.load(null) : store.loadByAggregate(aggregateId, null);
      for await (const { event } of log) {
        if (event.type !== TYPE || !fits((event as Event<AuditRecord>).data, filter)) continue; // written by add
        yield (event as Event<AuditRecord>).data;
        left -= 1;
        if (left <= 0) return;
      }
    },
  };
}

/** Lets a resolver decide as it does, and keeps a record of each decision and each failure. */
export function withAudit(resolver: ConflictResolver, options: AuditOptions): ConflictResolver {
  const { trail, environment = systemEnvironment() } = options;
  const keep = async (conflict: Conflict, began: number, outcome: Outcome) => {
    try {
      await trail.add(
        recordOf(conflict, {
          ...outcome,
          ...options.context?.(),
          id: idOf(began, environment),
          time: new Date(began).toISOString(),
          resolver: resolver.name,
          durationMs: environment.now() - began,
        }),
      );
    } catch (thrown) {
      options.failed?.(thrown);
    }
  };
  return {
    name: resolver.name,
    async resolve(conflict, given) {
      const began = environment.now();
      try {
        const resolution = await resolver.resolve(conflict, given);
        await keep(conflict, began, ofResolution(resolution));
        return resolution;
      } catch (thrown) {
        await keep(conflict, began, { reasons: [], events: [], error: errorOf(thrown) });
        throw thrown;
      }
    },
  };
}

type Outcome = Pick<AuditRecord, "decision" | "rule" | "reasons" | "events" | "error">;
type About = "eventType" | "aggregateId" | "relation" | "changedFields" | "local" | "remote";

function ofResolution({ decision, rule, reasons, events }: Resolution): Outcome {
  const ids = events.map(({ id }) => id);
  return { decision, reasons, events: ids, ...(rule === undefined ? {} : { rule }) };
}

function recordOf(conflict: Conflict, rest: Omit<AuditRecord, About>): AuditRecord {
  const { eventType, aggregateId, relation, changedFields, local, remote } = conflict;
  const sides = { local: sideOf(local), remote: sideOf(remote) };
  return { eventType, aggregateId, relation, changedFields, ...sides, ...rest };
}

function sideOf({ event, version }: StoredEvent): AuditSide {
  return { id: event.id, version: version.toString() };
}

function errorOf(thrown: unknown): { readonly code: string; readonly message: string } {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: isSynclineError(thrown) ? thrown.code : "internal", message };
}

/** Sorts by time, and is one's own however many resolve in the same millisecond. */
function idOf(ms: number, { random }: KitEnvironment): string {
  const part = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return `audit-${ms.toString(16).padStart(12, "0")}-${part()}${part()}`;
}

function fits(record: AuditRecord, filter: AuditFilter): boolean {
  const { from, to, group } = filter;
  const time = Date.parse(record.time);
  const equal = ["eventType", "user", "session", "resolver", "rule", "decision"] as const;
  return (
    equal.every((name) => filter[name] === undefined || filter[name] === record[name]) &&
    (from === undefined || time >= from.getTime()) &&
    (to === undefined || time < to.getTime()) &&
    (group === undefined || record.rule?.startsWith(`${group}.`) === true)
  );
}
