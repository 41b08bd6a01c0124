// The module for `syncline serve --apps`: the app, the interface that its clients speak, its background work, and what came before it.

import { kansoApp } from "./app.ts";
import { createKanso } from "./dialect.ts";
import { kansoImport } from "./import/import-kanso.ts";
import { streakConsumer } from "./streak-consumer.ts";
import { createViews } from "./views.ts";

// The setting `apps` reads the default export.
export default [kansoApp];

const views = createViews();
export const dialects = [createKanso({ views })];
export const imports = [kansoImport];
export const consumers = [streakConsumer({ views })];
