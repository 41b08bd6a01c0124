// What a protocol is: routes and sockets from values to values. Requests, responses and sockets themselves are the front's.

import type { Principal } from "../auth/principal.ts";
import type { Budget } from "../rate/throttle.ts";
import type { Sink } from "./sink.ts";
import type { SocketRoute } from "./socket.ts";

export interface Headers {
  readonly [name: string]: string;
}

/** A request as a protocol sees it. */
export interface Call<
  Params = { readonly [name: string]: string },
  Query = unknown,
  Body = unknown,
> {
  readonly method: string;
  /** As it was sent; and without the query. */
  readonly url: string;
  readonly path: string;
  /** The route's path; undefined where none fits. */
  readonly route: string | undefined;
  readonly params: Params;
  /** The query as it was sent. */
  readonly search: URLSearchParams;
  /** The query by its names, checked where the route has a schema for it. */
  readonly query: Query;
  /** Undefined where none was sent, or none is read. */
  readonly body: Body;
  /** Where it comes from, through the proxies that are trusted. */
  readonly address: string;
  /** What the caller calls this server, with its port: as it was sent, or as a proxy says that is trusted. */
  readonly host: string;
  /** The request's id in the log. */
  readonly id: string;
  /** @throws {SynclineError} `unauthenticated` on a route that is open to everybody */
  readonly principal: Principal;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined } & {
    readonly authorization?: string | undefined;
  };
  /** A header's value, the first where there are several. */
  header(name: string): string | undefined;
}

/** What is answered: a text, or a stream that goes on. */
export interface Answer {
  /** 200 where left out. */
  readonly status?: number;
  readonly headers?: Headers;
  /** A media type; JSON where left out. */
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly stream?: StreamAnswer;
}

export interface StreamAnswer {
  /** Where its places are counted, and how many there are. */
  readonly places: Places;
  /**
   * Writes until it is over. What it throws before it has sent anything is answered as an error; later it breaks the
   * stream off.
   */
  write(sink: Sink): Promise<void>;
  /** Sent to who has taken everything, now and then, so that nobody takes the connection for dead. */
  readonly heartbeat?: { readonly text: string; readonly everyMs: number };
  /** How long it may take until the first piece; no limit where left out. */
  readonly firstMs?: number;
  /** Asked every other second, besides what the front asks anyway: throws when the reader may read no more. */
  still?(): Promise<unknown>;
}

/** A kind of places that streams and sockets take. */
export interface Places {
  readonly kind: string;
  readonly all: number;
  readonly ofUser: number;
  /** True: the user's oldest gives way to a new one, instead of the new one being refused. */
  readonly oldestGivesWay?: true;
}

/** How a body is read, before any route sees it. */
export interface BodyRule {
  /** `json`: the value. `text`: well-formed, not too deep, and read by the route. */
  readonly as: "json" | "text";
  /** True: whatever its media type says. */
  readonly anyType?: true;
  /** The server's limit where left out. */
  readonly maxBytes?: number;
  /** How deep brackets may be nested; the server's limit where left out. */
  readonly maxDepth?: number;
  /** What a body is that is nested deeper: `too_large` where left out. */
  readonly tooDeep?: "invalid";
}

export interface Route {
  readonly method: Method | readonly Method[];
  readonly path: string;
  /** True: nobody is asked who he is. */
  readonly open?: true;
  /** How a body is read. Where left out, one that is sent is thrown away. */
  readonly body?: BodyRule;
  /** What is checked, by the names that Fastify has for it: `body`, `params`, `querystring`, `response`. */
  readonly schema?: object;
  /** What the API page says; it checks nothing. The route is not on the page where both are left out. */
  readonly documentation?: object;
  /** What a call takes of its user's budget; one unit where left out. */
  units?(body: unknown): number;
  handle(call: Call): Promise<Answer> | Answer;
}

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface Protocol {
  readonly name: string;
  /** What all its routes begin with; `notFound` answers for what begins so and is none of them. */
  readonly prefix?: string;
  readonly routes: readonly Route[];
  readonly sockets?: readonly SocketRoute[];
  /** Whether the server's own answers to pages of other origins are left to it: `begin` says them. */
  readonly ownCors?: true;
  /** True: an address has no budget for it, but for what is refused because nobody knows who calls. */
  readonly unlimited?: true;
  /** First of all: an answer that needs nobody, and headers that every answer bears. */
  begin?(call: Call): { readonly answer?: Answer; readonly headers?: Headers };
  /** Who calls, asked before a body is read. */
  identify(call: Call): Promise<Principal>;
  /** What a caller is told of his budget. */
  budget?(budget: Budget): Headers;
  /** An error in its words: what its handlers threw, or a SynclineError of the front's. */
  refuse(thrown: unknown, call: Call): Answer;
  notFound?(call: Call): Answer;
}
