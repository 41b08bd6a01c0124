// The server under measurement, in a process of its own: started over IPC, asked for its memory.

import {
  busKeyOf,
  createServer,
  issueToken,
  manaDialect,
  openPostgresStore,
  openRedisBus,
  openSqliteStore,
  simpleDialect,
} from "@syncline/server";

const SECRET = "a secret for the benchmarks, long enough for HS256";

/** What the parent may ask. */
export type Question =
  | { readonly type: "memory" }
  /** Make the lines of a first sync of bench/shared, as for a socket that takes everything at once. */
  | { readonly type: "stream" }
  | { readonly type: "stop" };
/** What this process says. */
export type Report =
  | {
      readonly type: "ready";
      readonly url: string;
      readonly token: string;
      /** That of simple-sync's `.root`, when the database knew none. */
      readonly rootKey?: string;
    }
  | { readonly type: "memory"; readonly rss: number }
  | { readonly type: "streamed"; readonly seconds: number };

/** All of the bench's sockets are one user's, and come from one address. */
const WIDE = {
  liveLimits: { socketsOfUser: 10_000 },
  httpLimits: {
    connectionsOfAddress: 10_000,
    streamsOfAddress: 10_000,
    messagesOfAddress: 100_000,
  },
};

/** A file, or the address of a PostgreSQL database and perhaps of a Redis. */
const [path = "", redisUrl] = process.argv.slice(2);
const store = await (path.startsWith("postgres:")
  ? openPostgresStore({ url: path })
  : openSqliteStore({ path }));
let rootKey: string | undefined;
const server = await createServer({
  store,
  ...(redisUrl === undefined
    ? {}
    : { bus: await openRedisBus({ url: redisUrl, key: await busKeyOf(store) }) }),
  port: 0,
  host: "127.0.0.1",
  apps: "open",
  dialects: [
    manaDialect(),
    simpleDialect({
      onRootKey(key) {
        rootKey = key;
      },
    }),
  ],
  auth: { secret: SECRET },
  logLevel: "silent",
  ...(process.env["BENCH_LIMITS"] === "default" ? {} : WIDE),
});
await server.listen();
const token = await issueToken({ secret: SECRET, userId: "bench", expiresInSeconds: 3_600 });
report({ type: "ready", url: server.url, token, ...(rootKey === undefined ? {} : { rootKey }) });

process.on("message", (question: Question) => {
  if (question.type === "memory") {
    globalThis.gc?.();
    report({ type: "memory", rss: process.memoryUsage().rss });
  } else if (question.type === "stream") {
    void stream();
  } else {
    void server.close().then(() => process.exit(0));
  }
});

async function stream(): Promise<void> {
  const started = performance.now();
  const never = new AbortController().signal;
  const address = { app: "bench", name: "shared" };
  let bytes = 0;
  for await (const piece of server.engine.stream(
    { userId: "bench" },
    address,
    { cursor: null },
    never,
  )) {
    bytes += piece.length;
  }
  if (bytes === 0) throw new Error("The stream is empty.");
  report({ type: "streamed", seconds: (performance.now() - started) / 1000 });
}

function report(message: Report): void {
  process.send?.(message);
}
