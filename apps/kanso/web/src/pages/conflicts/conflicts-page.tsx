// What the server has refused: the person decides.

import { useInbox } from "../../data/collections.ts";
import { useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

export function ConflictsPage() {
  const text = useMessages("conflicts");
  const shell = useMessages("shell");
  const inbox = useInbox();
  return (
    <Page title={text.title}>
      {inbox.length === 0 ? (
        <EmptyState icon="check" title={text.none} text={text.noneText} />
      ) : (
        <p>{shell.conflicts(inbox.length)}</p>
      )}
    </Page>
  );
}
