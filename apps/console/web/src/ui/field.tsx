// Fields with their labels. All are the browser's own.

import { type InputHTMLAttributes, type ReactNode, useId } from "react";

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with what stands there. */
  readonly problem?: string | undefined;
}

export function TextField(props: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const { label, hint, problem, ...rest } = props;
  const id = useId();
  const hasText = problem !== undefined || hint !== undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        className="field-input"
        {...(hasText ? { "aria-describedby": `${id}-hint` } : {})}
        {...(problem === undefined ? {} : { "aria-invalid": true })}
      />
      {hasText ? (
        <p id={`${id}-hint`} className={problem === undefined ? "soft" : "field-problem"}>
          {problem ?? hint}
        </p>
      ) : null}
    </div>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface SelectProps<Value extends string> extends Labelled {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  onChoose(value: Value): void;
}

/** One of many. */
export function Select<Value extends string>(props: SelectProps<Value>) {
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

/** Yes or no, with its label beside it. */
export function CheckField(props: {
  readonly label: string;
  readonly checked: boolean;
  onCheck(checked: boolean): void;
}) {
  const { label, checked, onCheck } = props;
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={({ target }) => onCheck(target.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** What is searched for: asked for when it is sent, not with each letter. */
export function SearchForm(props: {
  readonly label: string;
  readonly hint?: string;
  readonly children?: ReactNode;
  onSearch(text: string): void;
}) {
  const { label, hint, children, onSearch } = props;
  return (
    <search>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const text = new FormData(event.currentTarget).get("text");
          onSearch(typeof text === "string" ? text.trim() : "");
        }}
      >
        <TextField
          label={label}
          hint={hint}
          name="text"
          type="search"
          autoComplete="off"
          spellCheck={false}
        />
        {children}
        <button type="submit" className="button button-quiet">
          Search
        </button>
      </form>
    </search>
  );
}
