// Import and export.

import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";

export function ImportPage() {
  const text = useMessages("imports");
  return (
    <Page title={text.title}>
      <p>{text.intro}</p>
    </Page>
  );
}
