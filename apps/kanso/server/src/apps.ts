// The module for `syncline serve --apps`: the app, the interface that its clients speak, and its background work.

import { kansoApp } from "./app.ts";
import { createKanso } from "./dialect.ts";
import { streakConsumer } from "./streak-consumer.ts";
import { createViews } from "./views.ts";

// The setting `apps` reads the default export.
export default [kansoApp];

const views = createViews();
export const dialects = [createKanso({ views })];
export const consumers = [streakConsumer({ views })];
