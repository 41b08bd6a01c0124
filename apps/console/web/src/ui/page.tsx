// A page: its heading, what can be done on it, and what it shows.

import { type ReactNode, useEffect } from "react";

export interface PageProps {
  readonly title: string;
  /** The list that it is from. */
  readonly from?: { readonly name: string; readonly href: string };
  /** What can be done on the whole page. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page's heading, which has the focus once one got there, and what is below it. */
export function Page({ title, from, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Console`;
  }, [title]);
  return (
    <>
      {from === undefined ? null : (
        <p className="from">
          <a href={from.href}>← {from.name}</a>
        </p>
      )}
      <div className="page-head">
        <h1 tabIndex={-1}>{title}</h1>
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
