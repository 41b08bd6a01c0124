// Buttons, and what is pressed to copy or to save something.

import { type ButtonHTMLAttributes, type MouseEvent, useState } from "react";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "quiet" | "strong" | "danger";
  /** What it began goes on: another press does nothing. It keeps the focus, which a disabled button loses. */
  readonly busy?: boolean;
}

export function Button({ look = "quiet", busy = false, children, ...rest }: ButtonProps) {
  const waiting = busy ? { "aria-disabled": true, onClick: ignore } : {};
  return (
    <button type="button" {...rest} {...waiting} className={`button button-${look}`}>
      {children}
    </button>
  );
}

function ignore(event: MouseEvent): void {
  event.preventDefault();
}

/** Copies a text, and says so. Without the right to, it says what to do instead. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState("");
  return (
    <span className="copy">
      <Button
        onClick={async () => {
          try {
            await navigator.clipboard.writeText(text);
            setSaid("Copied.");
          } catch {
            setSaid("This browser does not copy here: select the text.");
          }
        }}
      >
        {label}
      </Button>
      <span role="status">{said}</span>
    </span>
  );
}

/** Gives a file to the browser, to be saved. */
export function saveFile(name: string, contents: Blob): void {
  const address = URL.createObjectURL(contents);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Browsers read it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
