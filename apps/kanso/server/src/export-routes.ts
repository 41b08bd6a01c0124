// Everything of a person in one file: as JSON without loss, as tables, or as Loop Habit Tracker writes it.

import { exportJson, exportLoop, exportTables, writeZip } from "@syncline/kanso-domain";
import type { ProtocolRoute } from "@syncline/server";
import { type Call, type KansoContext, known } from "./context.ts";
import { inOrder } from "./habit-routes.ts";
import { refusal } from "./refusal.ts";
import { isLive } from "./rows.ts";

export function exportRoutes(context: KansoContext): ProtocolRoute[] {
  return [known(context, "GET", "/export", exportAll)];
}

async function exportAll(call: Call): Promise<string | Buffer> {
  const format = call.parameter("format") ?? "json";
  const view = await call.view();
  const { vacations, settings } = view.rows;
  const entries = (await call.entries()).rows;
  const archive = {
    habits: inOrder([...view.rows.habits.values()].filter(isLive)).map(({ value }) => value),
    entries: [...entries.values()].filter(isLive).map(({ value }) => value),
    vacations: [...vacations.values()],
    settings,
  };
  const calendar = view.calendar(call.zone());
  switch (format) {
    case "json":
      name(call, "kanso.json", "application/json; charset=utf-8");
      return exportJson(archive);
    case "csv":
      name(call, "kanso-csv.zip", "application/zip");
      return Buffer.from(writeZip(exportTables(archive)));
    case "loop":
      name(call, "kanso-loop.zip", "application/zip");
      return Buffer.from(writeZip(exportLoop(archive, calendar.zone)));
    default:
      throw refusal(400, "invalid format (must be json, csv or loop)");
  }
}

function name({ reply }: Call, file: string, type: string): void {
  reply.type = type;
  reply.headers["content-disposition"] = `attachment; filename="${file}"`;
}
