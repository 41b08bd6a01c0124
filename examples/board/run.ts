// npm run example:board: builds the app and serves it, with its data in examples/board/data. PORT and DATA name others.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildBoard, serveBoard } from "./serve.ts";

const folder = process.env["DATA"] ?? fileURLToPath(new URL("./data/", import.meta.url));
mkdirSync(folder, { recursive: true });
await buildBoard();
const app = await serveBoard({
  port: Number(process.env["PORT"] ?? 4174),
  database: { path: join(folder, "board.db") },
  // Tokens live in the page's memory only, so a new secret at each start logs nobody out.
  secret: randomBytes(32).toString("base64url"),
});
console.log(`The boards are at ${app.url}; their data is in ${folder}. Ctrl+C ends it.`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    app.close().then(
      () => process.exit(),
      () => process.exit(1),
    );
  });
