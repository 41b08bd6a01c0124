// A server of the board in a process of its own, on a database that it shares with others. Says where it is, and ends with its parent.

import { serveBoard } from "../../examples/board/serve.ts";

const [, , postgresUrl = "", secret = ""] = process.argv;
const app = await serveBoard({ database: { postgresUrl }, secret });
process.send?.(app.url);
process.once("disconnect", () => {
  app.close().then(
    () => process.exit(),
    () => process.exit(1),
  );
});
