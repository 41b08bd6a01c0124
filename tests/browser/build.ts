// Builds the web apps that the browser's tests open, where something that they are made of has changed.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshConsole, freshSite } from "../../apps/kanso/start/src/fresh-site.ts";
import { buildBoard } from "../../examples/board/serve.ts";
import { buildChores } from "../../examples/chores/serve.ts";
import { buildTodo } from "../../examples/todo/serve.ts";
import { isOlder } from "../../tools/web/is-older.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SHARED = ["packages/client/src", "packages/core/src", "package-lock.json"];

async function freshExample(name: string, build: () => Promise<void>): Promise<void> {
  const sources = [`examples/${name}`, ...SHARED].map((path) => join(ROOT, path));
  if (isOlder(join(ROOT, `examples/${name}/dist/index.html`), sources)) await build();
}

await freshSite(() => undefined);
await freshConsole(() => undefined);
await freshExample("todo", buildTodo);
await freshExample("chores", buildChores);
await freshExample("board", buildBoard);
