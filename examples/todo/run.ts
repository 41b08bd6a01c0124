// npm run example:todo: builds the app and serves it, with its data in examples/todo/data. PORT and DATA name others.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTodo, serveTodo } from "./serve.ts";

const folder = process.env["DATA"] ?? fileURLToPath(new URL("./data/", import.meta.url));
mkdirSync(folder, { recursive: true });
await buildTodo();
const app = await serveTodo({
  port: Number(process.env["PORT"] ?? 4173),
  databasePath: join(folder, "todo.db"),
  // Tokens live in the page's memory only, so a new secret at each start logs nobody out.
  secret: randomBytes(32).toString("base64url"),
});
console.log(`The list is at ${app.url}; its data is in ${folder}. Ctrl+C ends it.`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    app.close().then(
      () => process.exit(),
      () => process.exit(1),
    );
  });
