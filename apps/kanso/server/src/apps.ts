// The module for `syncline serve --apps`: the app, and the interface that its clients speak.

import { kansoApp } from "./app.ts";
import { createKanso } from "./dialect.ts";

// The setting `apps` reads the default export.
export default [kansoApp];
export const dialects = [createKanso()];
