// Import and export.

import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Section } from "../../ui/section.tsx";
import { ExportList } from "./export-list.tsx";
import { ImportSteps } from "./import-steps.tsx";

export function ImportPage() {
  const text = useMessages("imports");
  return (
    <Page title={text.title}>
      <p className="soft">{text.intro}</p>
      <Section title={text.importTitle}>
        <ImportSteps />
      </Section>
      <Section title={text.exportTitle} hint={text.exportText}>
        <ExportList />
      </Section>
    </Page>
  );
}
