// A link within the app that looks like a button.

import type { ReactNode } from "react";
import { Link } from "wouter";
import { Icon } from "./icon.tsx";
import type { AppIconName } from "./icons.ts";
import "./button.css";

export interface ButtonLinkProps {
  readonly href: string;
  readonly look?: "quiet" | "strong";
  readonly icon?: AppIconName;
  readonly children: ReactNode;
}

export function ButtonLink({ href, look = "quiet", icon, children }: ButtonLinkProps) {
  return (
    <Link href={href} className={`button button-${look}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </Link>
  );
}
