// Buttons, with a text or with an icon and a label.

import type { ButtonHTMLAttributes } from "react";
import { Icon } from "./icon.tsx";
import type { AppIconName } from "./icons.ts";
import "./button.css";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "quiet" | "strong" | "danger";
  readonly icon?: AppIconName;
}

export function Button({ look = "quiet", icon, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`button button-${look}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  );
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
