// The part of a store that keeps who did what with rights over others. Entries are added; nothing changes one.

/** One act, as it was noted. */
export interface AuditRow {
  /** A UUID of version 7: entries are in the order of their ids, which is that of their times. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** What the actor is: `user`, `operator`, `admin`, `service`, `program`. */
  readonly kind: string;
  /** Who, among those. */
  readonly actor: string;
  readonly action: string;
  /** A user's id or a space; empty: the installation. */
  readonly target: string;
  /** JSON text of an object; never a secret. */
  readonly details: string;
}

export interface AuditQuery {
  /** Entries behind this id, oldest first; or, with `newest`, before it and newest first. */
  readonly from: string;
  readonly newest?: true;
  readonly limit: number;
  /** Only those by or about somebody of these names, or about a space. */
  readonly about?: readonly string[];
  /** Only this action. */
  readonly action?: string;
  /** All but this action. */
  readonly without?: string;
}

/** What it promises is in port.ts, with the rest of a store. */
export interface AuditStore {
  append(entry: AuditRow): Promise<void>;
  list(query: AuditQuery): Promise<AuditRow[]>;
  /** @returns how many were removed */
  prune(before: string): Promise<number>;
}
