// A dialect: the wire protocol of another system, spoken on our engine. It translates; it never stores or decides.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Limits } from "@syncline/core";
import type { FastifyInstance } from "fastify";
import type { Accounts } from "../accounts/accounts.ts";
import type { AppDefinition } from "../apps/app.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { KeyStore } from "../keys/index.ts";
import type { Parts } from "../observability/parts.ts";
import type { Throttle } from "../rate/throttle.ts";

/** What a dialect has to work with. */
export interface DialectContext {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly keys: KeyStore;
  /** Where the server keeps accounts itself. */
  readonly accounts?: Accounts;
  readonly limits: Limits;
  /** To be asked before work is done for a user, and before anybody is authenticated. */
  readonly throttle: Throttle;
  /** Origins whose pages may call this server. */
  readonly corsOrigins: readonly string[];
  /** Room for bodies, all requests of the server together: to be asked before bytes are kept, and given back. */
  readonly bodies: {
    /** @throws {SynclineError} `unavailable` when there is no room left */
    take(bytes: number): void;
    give(bytes: number): void;
  };
  /** Where a socket comes from, through the proxies that are trusted. */
  addressOf(request: IncomingMessage): string;
  /** How the parts of the server are, as of a second ago. */
  parts(): Promise<Parts>;
  /** True once the server shuts down. */
  closing(): boolean;
  /** Says in the log that something failed which no answer tells of. */
  failed(what: string, thrown: unknown): void;
}

/** Members of the body of `GET /health`: for everybody to read. */
export interface Health {
  readonly [name: string]: string | number | readonly object[];
}

export interface Dialect {
  readonly name: string;
  /** Headers that pages of other origins may send and read, besides the server's own. */
  readonly corsHeaders?: { readonly send: readonly string[]; readonly read: readonly string[] };
  /** Adds its routes. The instance is the dialect's own: its hooks, body parsers and error handler reach nobody else. */
  routes(app: FastifyInstance): Promise<void> | void;
  /** Takes the upgrade of a socket; false when the address is none of its. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * What `GET /health` says of it, besides what it says anyway. With `status: "degraded"` the answer is a 503: only
   * for a dialect whose clients expect that, since whoever restarts what is not healthy restarts the server then.
   */
  health?(): Health | Promise<Health>;
  /** Its gauges, for `GET /metrics`: a name, a sentence of help, and the value now. */
  metrics?(): readonly (readonly [name: string, help: string, value: number])[];
  /** Ends its sockets and streams, before the server stops listening. */
  close?(): Promise<void>;
}

export interface CreateDialect {
  (context: DialectContext): Dialect;
  /** Apps that it speaks of; they are served besides the server's own. */
  readonly apps?: readonly AppDefinition[];
}
