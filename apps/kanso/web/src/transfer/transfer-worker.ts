// Reads and writes files beside the page: years of entries take a while, and the page goes on meanwhile.

import {
  type Archive,
  DamagedFileError,
  DomainError,
  exportJson,
  exportLoop,
  exportTables,
  importFiles,
  writeZip,
} from "@syncline/kanso-domain";
import type { Answer, ExportFormat, FileProblem, Order } from "./messages.ts";
import { readFiles } from "./read-files.ts";

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  obey(data).then(answer, (thrown: unknown) => answer(failure(thrown)));
});

function answer(message: Answer): void {
  postMessage(message);
}

async function obey(order: Order): Promise<Answer> {
  if (order.type === "write") return { type: "written", content: write(order) };
  const files = await readFiles(order.files);
  const isEmpty = [...files.values()].every((text) => text.trim() === "");
  if (files.size > 0 && isEmpty) return { type: "failed", problem: "empty", damage: null };
  return { type: "read", imported: importFiles(files, { nowMs: order.nowMs }) };
}

function write(order: {
  readonly format: ExportFormat;
  readonly archive: Archive;
  readonly zone: string;
}): Uint8Array<ArrayBuffer> | string {
  const { format, archive, zone } = order;
  switch (format) {
    case "json":
      return exportJson(archive);
    case "csv":
      return writeZip(exportTables(archive));
    case "loop":
      return writeZip(exportLoop(archive, zone));
    default:
      return format satisfies never;
  }
}

const PROBLEMS: { readonly [field: string]: FileProblem } = {
  too_large: "too_large",
  files: "unknown",
  format: "unknown",
  version: "newer",
};

function failure(thrown: unknown): Answer {
  const damage = thrown instanceof DamagedFileError ? thrown.damage : null;
  const problem = thrown instanceof DomainError ? PROBLEMS[thrown.field] : undefined;
  return { type: "failed", problem: problem ?? "damaged", damage };
}
