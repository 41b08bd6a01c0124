// The apps that are served: put yours here. See the README of @syncline/server.

export default [
  {
    name: "todo",
    createSpaces: "anyone",
    collections: { todos: {} },
  },
];
