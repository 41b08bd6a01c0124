// syncline move: from the file in the data folder into PostgreSQL, while the server runs.

import { openDatabase as openPostgres } from "../store/postgres/database.ts";
import { takeDatabase } from "../store/postgres/hold.ts";
import { makeSchema } from "../store/postgres/migrate.ts";
import { openDatabase as openSqlite } from "../store/sqlite/open.ts";
import { moveToPostgres } from "../store/transfer/move.ts";
import { type Command, printJson, printLine, takeArgs, UsageError } from "./command.ts";
import { noteReading } from "./noting.ts";
import { databaseName, existingDatabase, postgresOptions } from "./open.ts";
import { createProgress } from "./progress.ts";

export const move: Command = {
  summary: "Move the database of the data folder into PostgreSQL, while the server runs.",
  usage: "--to postgres://…",
  examples: ["syncline move --to postgres://syncline:secret@db.example.com/syncline"],
  flags: {
    to: {
      type: "string",
      description: "An empty PostgreSQL database, or one that a move into was cut off",
    },
  },
  options: ["data"],
  async run(input) {
    takeArgs(input.args, []);
    const { terminal, config, flags } = input;
    const { to } = flags;
    if (typeof to !== "string") throw new UsageError("--to is missing: name a PostgreSQL database");
    const goal = databaseName({ ...input, config: { ...config, databaseUrl: to } });
    const path = existingDatabase(input);
    await noteReading(input, { action: "move", details: { to: goal } });
    const source = openSqlite(path, { mode: "write" });
    const progress = createProgress(terminal, "copied");
    const target = await openPostgres(postgresOptions(config, to));
    let lock: Awaited<ReturnType<typeof takeDatabase>> | undefined;
    try {
      lock = await takeDatabase(postgresOptions(config, to));
      if (config.schema !== undefined) await makeSchema(target, config.schema);
      const { spaces, rows, closedMs } = await moveToPostgres({
        source,
        target,
        signal: terminal.signal,
        progress: progress.update,
      });
      progress.finish();
      const stoppedMs = Math.round(closedMs);
      if (input.json) printJson(terminal, { spaces, rows, stoppedMs, from: path, to: goal });
      else {
        printLine(
          terminal,
          `Moved ${spaces.toLocaleString("en")} spaces from ${path} to ${goal}; every digest agrees.`,
        );
        printLine(
          terminal,
          `Writes were stopped ${stoppedMs.toLocaleString("en")} ms ago: the old database takes none any more.`,
        );
        printLine(
          terminal,
          "Start the server with DATABASE_URL now; clients go on where they are, with what they had not sent.",
        );
      }
      return 0;
    } catch (thrown) {
      progress.finish();
      throw thrown;
    } finally {
      source.close();
      await target.close();
      await lock?.release();
    }
  },
};
