// Fields with their labels: a text, one of a few, yes or no. All are the browser's own.

import { type InputHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import "./field.css";

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with what stands there. */
  readonly problem?: string | undefined;
}

export type TextFieldProps = Labelled &
  (
    | ({ readonly lines?: 1 } & InputHTMLAttributes<HTMLInputElement>)
    | ({ readonly lines: number } & TextareaHTMLAttributes<HTMLTextAreaElement>)
  );

export function TextField({ label, hint, problem, ...rest }: TextFieldProps) {
  const id = useId();
  const shared = {
    id,
    className: "field-input",
    "aria-describedby": `${id}-hint`,
    ...(problem === undefined ? {} : { "aria-invalid": true }),
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <Input shared={shared} rest={rest} />
      <p id={`${id}-hint`} className={problem === undefined ? "soft" : "field-problem"}>
        {problem ?? hint}
      </p>
    </div>
  );
}

function Input({
  shared,
  rest,
}: {
  readonly shared: object;
  readonly rest: Omit<TextFieldProps, keyof Labelled>;
}) {
  if (!("lines" in rest) || rest.lines === 1) {
    const { lines: _, ...attributes } = rest as InputHTMLAttributes<HTMLInputElement> & {
      readonly lines?: 1;
    }; // one line is an input
    return <input {...attributes} {...shared} />;
  }
  const { lines, ...attributes } = rest as TextareaHTMLAttributes<HTMLTextAreaElement> & {
    readonly lines: number;
  }; // more are a text area
  return <textarea rows={lines} {...attributes} {...shared} />;
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  onChoose(value: Value): void;
}

/** One of many. */
export function Select<Value extends string>(
  props: ChoiceProps<Value> & { readonly hint?: string },
) {
  const { label, hint, value, choices, onChoose } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="field-input"
        value={value}
        {...(hint === undefined ? {} : { "aria-describedby": `${id}-hint` })}
        onChange={({ target }) => {
          const chosen = choices.find((choice) => choice.value === target.value);
          if (chosen !== undefined) onChoose(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="soft">
          {hint}
        </p>
      )}
    </div>
  );
}

/** One of a few, all in view. */
export function Segmented<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, choices, onChoose } = props;
  const name = useId();
  return (
    <fieldset className="field segmented">
      <legend>{label}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={name}
              checked={choice.value === value}
              onChange={() => onChoose(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
}

export function Switch({ label, hint, checked, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="switch">
      <div>
        <label htmlFor={id}>{label}</label>
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="soft">
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        {...(hint === undefined ? {} : { "aria-describedby": `${id}-hint` })}
        onChange={({ target }) => onChange(target.checked)}
      />
    </div>
  );
}
