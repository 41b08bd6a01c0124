// npm run example:chores: builds the page and serves it, with its data in examples/chores/data. PORT and DATA name others.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildChores, serveChores } from "./serve.ts";

const folder = process.env["DATA"] ?? fileURLToPath(new URL("./data/", import.meta.url));
mkdirSync(folder, { recursive: true });
await buildChores();
const app = await serveChores({ port: Number(process.env["PORT"] ?? 4174), folder });
console.log(`The chores are at ${app.url}; their data is in ${folder}. Ctrl+C ends it.`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    app.close().then(
      () => process.exit(),
      () => process.exit(1),
    );
  });
