// The two versions of one group of fields; where it can be chosen, each is a choice.

import { type ReactNode, useId } from "react";
import { useMessages } from "../i18n/index.tsx";

export interface VersionPairProps {
  readonly label: string;
  readonly here: string;
  readonly there: string;
  readonly isMine: boolean;
  readonly onChoose: ((isMine: boolean) => void) | undefined;
}

export function VersionPair({ label, here, there, isMine, onChoose }: VersionPairProps) {
  const text = useMessages("conflicts");
  const name = useId();
  const sides = [
    { side: text.mine, value: here, isThis: isMine, mine: true },
    { side: text.theirs, value: there, isThis: !isMine, mine: false },
  ];
  return (
    <fieldset className="version-pair">
      <legend>{label}</legend>
      {sides.map(({ side, value, isThis, mine }) => (
        <Version key={side} isChoice={onChoose !== undefined}>
          {onChoose === undefined ? null : (
            <input type="radio" name={name} checked={isThis} onChange={() => onChoose(mine)} />
          )}
          <span>
            <span className="soft">{side}</span>
            <span className="version-value">{value}</span>
          </span>
        </Version>
      ))}
    </fieldset>
  );
}

function Version(props: { readonly isChoice: boolean; readonly children: ReactNode }) {
  const { isChoice, children } = props;
  if (!isChoice) return <div className="version">{children}</div>;
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
  return <label className="version">{children}</label>;
}
