// A page: its title, above it and in the browser's tab.

import { type ReactNode, useEffect } from "react";
import "./page.css";

export interface PageProps {
  readonly title: string;
  /** What stands beside the title: buttons. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, actions, children }: PageProps) {
  usePageTitle(title);
  return (
    <div className="page">
      <header className="page-header">
        <h1 dir="auto">{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  );
}

function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Kanso`;
  }, [title]);
}
