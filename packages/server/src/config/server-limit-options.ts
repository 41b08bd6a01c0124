// Every limit of HTTP and of live connections as an option: what they are called, and what they are when nobody says
// anything, is declared where they are enforced. Those of the protocol are in limit-options.ts.

import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "../front/limits.ts";
import { DEFAULT_LIVE_LIMITS, type LiveLimits } from "../live/limits.ts";
import type { OptionSpec } from "./option-spec.ts";

type AnyLimits = HttpLimits & LiveLimits;
export type ServerLimitOptionName = `limit${Capitalize<keyof AnyLimits>}`;
export type ServerLimitValues = { readonly [name in ServerLimitOptionName]: number };

const ALL: AnyLimits = { ...DEFAULT_HTTP_LIMITS, ...DEFAULT_LIVE_LIMITS };

const DESCRIPTIONS: { readonly [limit: string]: string } = {
  headersMs: "How long a request's headers may take to arrive",
  requestMs: "How long a request may take to arrive, and then to be answered",
  idleMs: "How long a connection may be silent",
  closeMs: "How long a shutdown waits for what runs",
  halfSentMs: "How long a shutdown waits for the rest of requests that are half sent",
  connections: "Connections at once",
  connectionsOfAddress: "Connections of one address at once",
  bodiesBytes: "Bodies that are held at once, of all requests together",
  lagMs: "From which lag of the event loop on requests are answered 503",
  streams: "NDJSON streams at once",
  streamsOfUser: "NDJSON streams of one user at once",
  streamsOfAddress: "Streams and sockets of one address at once",
  messagesOfAddress: "Messages a second that the sockets of one address may send",
  unreadBytes: "Bytes that may wait for one reader of a stream or socket",
  unreadBytesOfAll: "Bytes that may wait for all readers together",
  sockets: "Sockets at once",
  socketsOfUser: "Sockets of one user at once",
  subscriptionsOfSocket: "Spaces that one socket may follow",
  messageBytes: "How large a message of a socket may be",
  authenticateMs: "How long a socket may stay without a token",
  bufferedBytes: "What waits for a slow reader before it is told that it fell behind",
  heartbeatMs: "How often a socket is asked for a sign of life",
  presenceBytes: "How large what somebody shows of himself may be",
  presencesPerSecond: "How often a socket may change what it shows, in a second",
};

const MAX = 2 ** 40;

/** The options by name, in the order of their declarations. */
export const SERVER_LIMIT_OPTIONS = Object.fromEntries(
  Object.entries(ALL).map(([limit, value]): [string, OptionSpec] => [
    nameOf(limit),
    {
      kind: "number",
      description: DESCRIPTIONS[limit] ?? limit,
      default: value,
      env: `SYNCLINE_LIMIT_${words(limit).join("_").toUpperCase()}`,
      flag: `limit-${words(limit).join("-")}`,
      min: 1,
      max: MAX,
    },
  ]),
) as { readonly [name in ServerLimitOptionName]: OptionSpec }; // an option for each key of the limits

/** The limits that a configuration gives, as a server takes them. */
export function serverLimitsOf(values: ServerLimitValues): {
  readonly httpLimits: HttpLimits;
  readonly liveLimits: LiveLimits;
} {
  const pick = <Group extends object>(defaults: Group) =>
    Object.fromEntries(
      Object.keys(defaults).map((limit) => [limit, values[nameOf(limit)]]),
    ) as Group; // the same keys, each a number
  return {
    httpLimits: pick(DEFAULT_HTTP_LIMITS),
    liveLimits: pick(DEFAULT_LIVE_LIMITS),
  };
}

function nameOf(limit: string): ServerLimitOptionName {
  return `limit${limit.charAt(0).toUpperCase()}${limit.slice(1)}` as ServerLimitOptionName; // of a limit's own key
}

/** `bodyBytes` is `body` and `bytes`. */
function words(limit: string): string[] {
  return limit.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(" ");
}
