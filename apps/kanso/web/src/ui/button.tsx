// Buttons, with a text or with an icon and a label.

import type { ButtonHTMLAttributes, MouseEvent } from "react";
import { Icon } from "./icon.tsx";
import type { AppIconName } from "./icons.ts";
import "./button.css";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "quiet" | "strong" | "danger";
  readonly icon?: AppIconName;
  /** What it began goes on: another press does nothing. It keeps the focus, which a disabled button loses. */
  readonly busy?: boolean;
}

export function Button({ look = "quiet", icon, busy = false, children, ...rest }: ButtonProps) {
  const waiting = busy ? { "aria-disabled": true, onClick: ignore } : {};
  return (
    <button type="button" {...rest} {...waiting} className={`button button-${look}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  );
}

function ignore(event: MouseEvent): void {
  event.preventDefault();
}

export interface IconButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children" | "aria-label"> {
  readonly icon: AppIconName;
  /** What it does: read aloud, and shown when the pointer rests on it. */
  readonly label: string;
}

export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} className="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}
