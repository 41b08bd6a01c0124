// Where a page has failed: says that nothing is lost, and what to do. The rest of the app goes on.

import { Component, type ReactNode } from "react";
import { useMessages } from "../i18n/index.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

interface Props {
  readonly children: ReactNode;
}

// React has no other way to catch what its components throw.
export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}

function Failed() {
  const text = useMessages("shell");
  return (
    <div role="alert">
      <EmptyState icon="close" title={text.errorTitle} text={text.errorText}>
        <Button look="strong" onClick={() => location.reload()}>
          {text.update}
        </Button>
      </EmptyState>
    </div>
  );
}
