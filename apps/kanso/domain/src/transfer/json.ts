// Everything of a person as one JSON text, and back, without loss.

import { readEntry } from "../entry.ts";
import { readFields } from "../fields.ts";
import { readHabit } from "../habit-rules.ts";
import { refuse } from "../problem.ts";
import { readSettings, readVacation } from "../settings.ts";
import { type Archive, entriesOf, type Imported } from "./archive.ts";
import { readRecord, refuseFile } from "./damage.ts";

const FORMAT = "kanso";
const VERSION = 1;

export function exportJson(archive: Archive): string {
  const { habits, vacations, settings } = archive;
  const entries = entriesOf(archive);
  return `${JSON.stringify({ format: FORMAT, version: VERSION, settings, habits, vacations, entries }, null, 1)}\n`;
}

/**
 * Reads what `exportJson` wrote. All of it, or nothing: the error names the first record that cannot be read.
 * @throws {DomainError}
 */
export function importJson(text: string): Imported {
  const fields = readFields("export", parse(text));
  if (fields.raw("format") !== FORMAT) refuse("format", "this is no export of Kanso");
  if (fields.raw("version") !== VERSION)
    refuse("version", "this export was written by a newer version");
  const settings = fields.raw("settings") ?? null;
  return {
    settings:
      settings === null
        ? null
        : readRecord({ file: "settings", row: null }, () => readSettings(settings)),
    habits: records(fields.raw("habits"), "habits", readHabit),
    vacations: records(fields.raw("vacations"), "vacations", readVacation),
    entries: records(fields.raw("entries"), "entries", readEntry),
    notices: [],
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuseFile("json", {}, { field: "export", message: "this is no JSON" });
  }
}

function records<Read>(
  list: unknown,
  name: string,
  read: (id: string, fields: unknown) => Read,
): Read[] {
  if (!Array.isArray(list))
    return refuseFile("list", { name }, { field: name, message: `${name} must be a list` });
  return list.map((item: unknown, index) =>
    readRecord({ file: name, row: index + 1 }, () => {
      const id = readFields(`${name}.${index}`, item).text("id");
      return read(id, item);
    }),
  );
}
