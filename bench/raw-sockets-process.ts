// The process of raw-sockets.ts.

import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { WebSocketServer } from "ws";

/** With a path, what is passed on is on disk before. */
const [path = "", deflate] = process.argv.slice(2);
const db = path === "" ? undefined : new DatabaseSync(path);
db?.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE messages (text TEXT)");
const insert = db?.prepare("INSERT INTO messages (text) VALUES (?)");

const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  perMessageDeflate: deflate === "deflate" && { threshold: 0 },
});
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    insert?.run(String(data));
    for (const other of server.clients) if (other !== socket) other.send(data, { binary: false });
  });
});
server.on("listening", () => {
  const { port } = server.address() as AddressInfo; // it listens on a port
  process.send?.({ url: `ws://127.0.0.1:${port}` });
});
process.on("message", (asked) => {
  if (asked === "stop") process.exit(0);
  globalThis.gc?.();
  process.send?.({ rss: process.memoryUsage().rss });
});
