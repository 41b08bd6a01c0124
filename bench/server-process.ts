// The server under measurement, in a process of its own: started over IPC, asked for its memory.

import { createServer, issueToken, openSqliteStore } from "@syncline/server";

const SECRET = "a secret for the benchmarks, long enough for HS256";

/** What the parent may ask. */
export type Question = { readonly type: "memory" } | { readonly type: "stop" };
/** What this process says. */
export type Report =
  | { readonly type: "ready"; readonly url: string; readonly token: string }
  | { readonly type: "memory"; readonly rss: number };

const [path = ""] = process.argv.slice(2);
const store = await openSqliteStore({ path });
const server = await createServer({
  store,
  port: 0,
  host: "127.0.0.1",
  apps: "open",
  auth: { secret: SECRET },
  logLevel: "silent",
});
await server.listen();
const token = await issueToken({ secret: SECRET, userId: "bench", expiresInSeconds: 3_600 });
report({ type: "ready", url: server.url, token });

process.on("message", (question: Question) => {
  if (question.type === "memory") {
    globalThis.gc?.();
    report({ type: "memory", rss: process.memoryUsage().rss });
  } else {
    void server.close().then(() => process.exit(0));
  }
});

function report(message: Report): void {
  process.send?.(message);
}
