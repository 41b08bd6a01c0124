// The three forms in which everything can be taken along.

import { useState } from "react";
import { readArchive } from "../../data/archive.ts";
import { useCalendar } from "../../data/calendar.ts";
import { useDevice } from "../../data/device-context.ts";
import { datedName, saveFile } from "../../data/save-file.ts";
import { useMessages } from "../../i18n/index.tsx";
import { askWorker } from "../../transfer/ask-worker.ts";
import type { ExportFormat } from "../../transfer/messages.ts";
import { Button } from "../../ui/button.tsx";
import "./import.css";

const FORMS: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> = {
  json: { ending: ".json", type: "application/json" },
  csv: { ending: "-csv.zip", type: "application/zip" },
  loop: { ending: "-loop.zip", type: "application/zip" },
};

export function ExportList() {
  const text = useMessages("imports");
  const { client } = useDevice();
  const { zone } = useCalendar();
  const [problem, setProblem] = useState<string>();

  async function save(format: ExportFormat) {
    setProblem(undefined);
    try {
      const archive = await readArchive(client);
      const made = await askWorker({ type: "write", format, archive, zone });
      const { ending, type } = FORMS[format];
      if (made.type === "written") saveFile(datedName(ending), made.content, type);
    } catch {
      setProblem(text.exportFailed);
    }
  }

  const choices = [
    { format: "json", label: text.exportJson, hint: text.exportJsonText },
    { format: "csv", label: text.exportCsv, hint: text.exportCsvText },
    { format: "loop", label: text.exportLoop, hint: text.exportLoopText },
  ] as const;
  return (
    <>
      <ul className="plain-list export-list">
        {choices.map(({ format, label, hint }) => (
          <li key={format}>
            <div>
              <strong>{label}</strong>
              <p className="soft">{hint}</p>
            </div>
            <Button aria-label={`${text.save}: ${label}`} onClick={() => void save(format)}>
              {text.save}
            </Button>
          </li>
        ))}
      </ul>
      <p role="alert" className="field-problem">
        {problem}
      </p>
    </>
  );
}
