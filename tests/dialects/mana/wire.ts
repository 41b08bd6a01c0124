// What goes over the wire, as the clients see it: for clients in pages, too.

/** A change as the wire has it. */
export interface WireChange {
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly table: string;
  readonly id: string;
  readonly op: string;
  readonly fields?: { readonly [name: string]: { value: unknown; updatedAt: string; at: string } };
  readonly data?: { readonly [name: string]: unknown };
  readonly deletedAt?: string;
  readonly spaceId?: string;
  readonly actor?: unknown;
  readonly origin?: string;
}

export interface WireAnswer {
  readonly serverChanges: readonly WireChange[];
  readonly conflicts: readonly unknown[];
  readonly syncedUntil: string;
  readonly hasMore?: boolean;
}

/** Where a client begins. */
export const EPOCH = "1970-01-01T00:00:00.000Z";
