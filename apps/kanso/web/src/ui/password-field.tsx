// A password: for password managers and for eyes, once the person asks for it.

import { type InputHTMLAttributes, useState } from "react";
import { TextField } from "./field.tsx";
import "./password-field.css";

export interface PasswordFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** The words beside the box that shows what is typed. */
  readonly showLabel: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
}

export function PasswordField({ showLabel, ...rest }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="password-field">
      <TextField
        {...rest}
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
      />
      <label className="password-show">
        <input
          type="checkbox"
          checked={shown}
          onChange={({ target }) => setShown(target.checked)}
        />
        {showLabel}
      </label>
    </div>
  );
}
