// What a route can do that knows its answer: Fastify sends the same bytes, and nothing is asked, read or computed.

import fastify from "fastify";

/** What the parent gives: the bytes of each path's answer. */
export interface Answers {
  readonly [path: string]: string;
}

process.on("message", (answers: Answers) => {
  const app = fastify();
  for (const [path, text] of Object.entries(answers))
    app.get(path, (_request, reply) => {
      void reply.type("application/json; charset=utf-8").send(text);
    });
  void app.listen({ host: "127.0.0.1", port: 0 }).then((url) => process.send?.(url));
});
process.on("disconnect", () => process.exit());
