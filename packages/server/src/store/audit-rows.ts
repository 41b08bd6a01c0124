// The audit in SQL, for both databases, and in memory. There is no statement here that changes an entry.

import { SynclineError } from "@syncline/core";
import type { AuditRow, AuditStore } from "./audit-port.ts";

const COLUMNS = 'id, at_ms AS "atMs", kind, actor, action, target, details';

/** @param query runs a statement whose parameters are written `$1`, `$2`… */
export function createSqlAudit(
  query: <Of extends object>(text: string, values: readonly unknown[]) => Promise<Of[]>,
): AuditStore {
  return {
    async append({ id, atMs, kind, actor, action, target, details }) {
      await query(
        "INSERT INTO audit (id, at_ms, kind, actor, action, target, details) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [id, atMs, kind, actor, action, target, details],
      );
    },
    async list({ from, newest = false, limit, about, action, without }) {
      const order = newest ? ["<", "DESC"] : [">", "ASC"];
      const values: unknown[] = [from, limit];
      const place = (value: unknown) => `$${values.push(value)}`;
      const names = about?.map(place).join(", ");
      const asked = [
        `id ${order[0]} $1`,
        ...(names === undefined ? [] : [`(actor IN (${names}) OR target IN (${names}))`]),
        ...(action === undefined ? [] : [`action = ${place(action)}`]),
        ...(without === undefined ? [] : [`action <> ${place(without)}`]),
      ];
      const rows = await query<AuditRow>(
        `SELECT ${COLUMNS} FROM audit WHERE ${asked.join(" AND ")} ORDER BY id ${order[1]} LIMIT $2`,
        values,
      );
      return rows.map((row) => ({ ...row }));
    },
    async prune(before) {
      const gone = await query("DELETE FROM audit WHERE id < $1 RETURNING 1 AS done", [before]);
      return gone.length;
    },
  };
}

/** @param entries in the order of their ids */
export function createMemoryAudit(entries: AuditRow[]): AuditStore {
  return {
    async append(entry) {
      if (entries.some(({ id }) => id === entry.id))
        throw new SynclineError("internal", "The entry is there already.");
      const at = entries.findLastIndex(({ id }) => id < entry.id) + 1;
      entries.splice(at, 0, entry);
    },
    async list({ from, newest = false, limit, about, action, without }) {
      const asked = entries.filter(
        ({ id, actor, target, action: done }) =>
          (newest ? id < from : id > from) &&
          (action === undefined || done === action) &&
          done !== without &&
          (about === undefined || about.includes(actor) || about.includes(target)),
      );
      return (newest ? asked.reverse() : asked).slice(0, limit);
    },
    async prune(before) {
      const kept = entries.filter(({ id }) => id >= before);
      return entries.splice(0, entries.length, ...kept).length - kept.length;
    },
  };
}
