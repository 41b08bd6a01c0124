// What the server has refused: the person decides.

import { DecisionList } from "../../decisions/decision-list.tsx";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";

export function ConflictsPage() {
  const text = useMessages("conflicts");
  return (
    <Page title={text.title}>
      <DecisionList />
    </Page>
  );
}
