// Builds the web apps that the browser's tests open.

import { freshSite } from "../../apps/kanso/start/src/fresh-site.ts";
import { buildChores } from "../../examples/chores/serve.ts";
import { buildTodo } from "../../examples/todo/serve.ts";

await freshSite(() => undefined);
await buildTodo();
await buildChores();
