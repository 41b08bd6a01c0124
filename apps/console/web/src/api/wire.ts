// What the admin interface answers with, as its OpenAPI document says it.

export type AreaName = "audit" | "backups" | "consumers" | "keys" | "overview" | "spaces" | "users";
export type Access = "none" | "read" | "write";

export interface ApiKey {
  readonly id: string;
  readonly user: string;
  readonly description: string;
  readonly made: string;
  readonly lastUsed: string | null;
  readonly expires: string | null;
  readonly scopes: readonly string[] | null;
}

/** The admin key that asks. */
export interface OwnKey extends ApiKey {
  readonly areas: Readonly<Record<AreaName, Access>>;
}

export interface Overview {
  readonly version: string;
  readonly schema: number;
  readonly node: string;
  readonly uptimeSeconds: number;
  readonly database: "connected" | "unreachable";
  readonly bus: "connected" | "unreachable";
  readonly rateLimits: "shared" | "alone" | "own";
  readonly storage: {
    readonly bytes: number;
    readonly spaces: number;
    readonly records: number;
    readonly tombstones: number;
  };
  /** To the database. */
  readonly connections: {
    readonly open: number;
    readonly idle: number;
    readonly waiting: number;
  };
  /** Of this node, since it started. */
  readonly traffic: {
    readonly requests: number;
    readonly failed: number;
    readonly pushes: number;
    readonly mutations: {
      readonly applied: number;
      readonly duplicate: number;
      readonly conflict: number;
      readonly rejected: number;
    };
    readonly refused: number;
    readonly connections: number;
    readonly sockets: number;
  };
  readonly memoryBytes: number;
  readonly consumers: readonly Consumer[];
  readonly locked: number;
  /** Whether the server makes backups by itself. */
  readonly backups: boolean;
  readonly lastBackup: string | null;
}

export interface Consumer {
  readonly consumer: string;
  /** Spaces with something that was not handled. */
  readonly behind: number;
  readonly deadLetters: number;
}

export interface DeadLetter {
  readonly consumer: string;
  readonly space: string;
  readonly stamp: number;
  readonly collection: string;
  readonly id: string;
  readonly op: string;
  readonly attempts: number;
  readonly error: string;
  readonly at: string;
  readonly again: boolean;
}

export interface Space {
  /** `app/name` */
  readonly space: string;
  readonly title: string;
  readonly made: string;
  readonly lastCommit: string | null;
  readonly records: number;
  readonly members: number;
  readonly devices: number;
}

export interface SpaceDetails extends Space {
  readonly collections: Readonly<Record<string, number>>;
  readonly historyFrom: string | null;
  readonly memberList: readonly { readonly userId: string; readonly role: string }[];
  readonly deviceList: readonly {
    readonly userId: string;
    readonly clientId: string;
    readonly lastMutation: number;
    readonly seen: string;
  }[];
}

export interface User {
  readonly userId: string;
  readonly email: string | null;
  readonly since: string | null;
  readonly locked: boolean;
}

export interface UserDetails extends User {
  readonly devices: readonly {
    readonly device: string;
    readonly since: string;
    readonly seen: string;
  }[];
  readonly spaces: readonly { readonly space: string; readonly role: string }[];
  readonly apiKeys: number;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Backup {
  readonly name: string;
  readonly at: string;
  readonly bytes: number;
}
