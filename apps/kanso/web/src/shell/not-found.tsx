// The page of addresses that there are none of.

import { useMessages } from "../i18n/index.tsx";
import { ButtonLink } from "../ui/button-link.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "./page.tsx";

export function NotFound() {
  const text = useMessages("shell");
  return (
    <Page title={text.notFoundTitle}>
      <EmptyState icon="today" text={text.notFoundText}>
        <ButtonLink href="/" look="strong">
          {text.toToday}
        </ButtonLink>
      </EmptyState>
    </Page>
  );
}
