// A page that has nothing to show says why, and what to do.

import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import type { AppIconName } from "./icons.ts";
import "./empty-state.css";

export interface EmptyStateProps {
  readonly icon: AppIconName;
  /** None where the page's own title says it. */
  readonly title?: string;
  readonly text?: string;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, text, children }: EmptyStateProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} />
      </span>
      {title === undefined ? null : <h2>{title}</h2>}
      {text === undefined ? null : <p className="soft">{text}</p>}
      {children}
    </div>
  );
}
