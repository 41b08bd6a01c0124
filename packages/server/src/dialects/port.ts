// A dialect: the wire protocol of another system, spoken on our engine. It translates; it never stores or decides.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Limits } from "@syncline/core";
import type { FastifyInstance } from "fastify";
import type { Accounts } from "../accounts/accounts.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { Throttle } from "../rate/throttle.ts";

/** What a dialect has to work with. */
export interface DialectContext {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  /** Where the server keeps accounts itself. */
  readonly accounts?: Accounts;
  readonly limits: Limits;
  /** To be asked before work is done for a user, and before anybody is authenticated. */
  readonly throttle: Throttle;
  /** Origins whose pages may call this server. */
  readonly corsOrigins: readonly string[];
  /** True once the server shuts down. */
  closing(): boolean;
  /** Says in the log that something failed which no answer tells of. */
  failed(what: string, thrown: unknown): void;
}

export interface Dialect {
  readonly name: string;
  /** Headers that pages of other origins may send and read, besides the server's own. */
  readonly corsHeaders?: { readonly send: readonly string[]; readonly read: readonly string[] };
  /** Adds its routes. The instance is the dialect's own: its hooks, body parsers and error handler reach nobody else. */
  routes(app: FastifyInstance): Promise<void> | void;
  /** Takes the upgrade of a socket; false when the address is none of its. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends its sockets and streams, before the server stops listening. */
  close?(): Promise<void>;
}

export type CreateDialect = (context: DialectContext) => Dialect;
