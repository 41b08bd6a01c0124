// The apps that the server serves. What a collection may hold is checked there, too, if you give it a schema.

import { defineApp } from "@syncline/server";

export default [defineApp({ name: "__NAME__", collections: { todos: {} } })];
