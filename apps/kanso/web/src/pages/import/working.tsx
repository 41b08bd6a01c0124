// Something is under way: how far it is, and how to stop it.

import { useId } from "react";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Button } from "../../ui/button.tsx";
import "./import.css";

export interface WorkingProps {
  readonly label: string;
  readonly hint?: string;
  /** 0–1; where left out, nobody knows. */
  readonly share?: number;
  onCancel?(): void;
}

export function Working({ label, hint, share, onCancel }: WorkingProps) {
  const text = useMessages("imports");
  const format = useFormat();
  const id = useId();
  return (
    <div className="stack working" aria-busy="true">
      <p id={id}>
        {label} {share === undefined ? null : format.percent(share)}
      </p>
      <progress aria-labelledby={id} max={1} {...(share === undefined ? {} : { value: share })} />
      {hint === undefined ? null : <p className="soft">{hint}</p>}
      {onCancel === undefined ? null : <Button onClick={onCancel}>{text.cancel}</Button>}
    </div>
  );
}
