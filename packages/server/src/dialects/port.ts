// A dialect: the wire protocol of another system, spoken on our engine. It translates; it never stores or decides.

import type { Limits, SynclineError } from "@syncline/core";
import type { Accounts } from "../accounts/accounts.ts";
import type { SignIn } from "../accounts/sign-in.ts";
import type { AppDefinition } from "../apps/app.ts";
import type { Audit } from "../audit/audit.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { SignedReceipt } from "../erasure/receipt.ts";
import type { KeyStore } from "../keys/index.ts";
import type { Parts } from "../observability/parts.ts";
import type { Protocol } from "../protocol/port.ts";

/** What a dialect has to work with. */
export interface DialectContext {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  readonly keys: KeyStore;
  /**
   * For whom a dialect lets in by what it checks itself: `verifyToken` asks it, too.
   * @throws {SynclineError} `account_locked`
   */
  refuseLocked(userId: string): Promise<void>;
  /** Who a name and a password belong to, of those whom an operator added: `syncline users add`. */
  readonly signIn: SignIn;
  /** Where the server keeps accounts itself. */
  readonly accounts?: Accounts;
  readonly limits: Limits;
  /** Origins whose pages may call this server. */
  readonly corsOrigins: readonly string[];
  /** How the parts of the server are, as of a second ago. */
  parts(): Promise<Parts>;
  /** The server's interface in OpenAPI's form. */
  openapi(): object;
  /** Why nothing more can be taken now. */
  overloaded(): SynclineError | undefined;
  /** Erases all that there is of a user, in whichever app and dialect. Done again, it takes what came since. */
  erase(userId: string): Promise<SignedReceipt>;
  /** Notes what is done with rights over others. */
  readonly audit: Audit;
  /** Says in the log that something failed which no answer tells of. */
  failed(what: string, thrown: unknown): void;
  /** Says in the log that something of a request was refused while the rest was taken: no fault of the server's. */
  declined(what: string, reason: string): void;
}

/** Members of the body of `GET /health`: for everybody to read. */
export interface Health {
  readonly [name: string]: string | number | readonly object[];
}

export interface Dialect {
  readonly name: string;
  /** What it speaks. */
  readonly protocols: readonly Protocol[];
  /** Headers that pages of other origins may send and read, besides the server's own. */
  readonly corsHeaders?: { readonly send: readonly string[]; readonly read: readonly string[] };
  /** What must be done before it is asked anything. */
  start?(): Promise<void>;
  /**
   * What `GET /health` says of it, besides what it says anyway. With `status: "degraded"` the answer is a 503: only
   * for a dialect whose clients expect that, since whoever restarts what is not healthy restarts the server then.
   */
  health?(): Health | Promise<Health>;
  /** Its gauges, for `GET /metrics`: a name, a sentence of help, and the value now. */
  metrics?(): readonly (readonly [name: string, help: string, value: number])[];
  /** Ends what it does by itself. */
  close?(): void;
}

export interface CreateDialect {
  (context: DialectContext): Dialect;
  /** Apps that it speaks of; they are served besides the server's own. */
  readonly apps?: readonly AppDefinition[];
  /** What its clients are given as their base address, below the server's own: told at the start. */
  readonly base?: { readonly name: string; readonly path: string };
}
