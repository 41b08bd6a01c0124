// What was found, by its kind, with what was searched for marked in it.

import type { ReactNode } from "react";
import { useFormat, useMessages } from "../i18n/index.tsx";
import { paletteOf } from "../theme/habit-color.ts";
import { HabitIcon, Icon } from "../ui/icon.tsx";
import type { Found, Marked } from "./find.ts";

interface SearchResultsProps {
  readonly id: string;
  readonly found: readonly Found[];
  /** The one that Enter opens. */
  readonly active: number;
  optionId(index: number): string;
  onChoose(found: Found): void;
  onPoint(index: number): void;
}

export function SearchResults({ id, found, ...rest }: SearchResultsProps) {
  const text = useMessages("search");
  const names = { command: text.commands, habit: text.habits, note: text.notes };
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  return (
    // The focus stays in the field, which names the active option.
    <div id={id} role="listbox" aria-label={text.results} className="search-results">
      {kinds.map((kind) => (
        // biome-ignore lint/a11y/useSemanticElements: options may only be in groups of a list box
        <div key={kind} role="group" aria-labelledby={`${id}-${kind}`}>
          <div id={`${id}-${kind}`} className="soft search-kind" role="presentation">
            {names[kind]}
          </div>
          {found.map((one, index) =>
            one.kind === kind ? (
              <Option key={rest.optionId(index)} {...rest} found={one} index={index} />
            ) : null,
          )}
        </div>
      ))}
    </div>
  );
}

interface OptionProps extends Omit<SearchResultsProps, "id" | "found"> {
  readonly found: Found;
  readonly index: number;
}

function Option({ found, index, active, optionId, onChoose, onPoint }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys choose
    <div
      id={optionId(index)}
      role="option"
      aria-selected={index === active}
      className="search-option"
      onPointerMove={() => {
        if (index !== active) onPoint(index);
      }}
      onClick={() => onChoose(found)}
    >
      {found.kind === "command" ? (
        <>
          <span className="search-icon">
            <Icon name="right" />
          </span>
          <Text marked={found.title} />
        </>
      ) : (
        <>
          <span className="search-icon" data-color={paletteOf(found.habit.color)}>
            <HabitIcon icon={found.habit.icon} title={found.habit.title} />
          </span>
          <span className="search-words">
            <span className="search-title">
              <Text marked={found.title} />
              <Aside found={found} />
            </span>
            {found.detail.text === "" ? null : (
              <span className="soft">
                <Text marked={found.detail} />
              </span>
            )}
          </span>
        </>
      )}
    </div>
  );
}

function Aside({ found }: { readonly found: Exclude<Found, { kind: "command" }> }) {
  const text = useMessages("search");
  const format = useFormat();
  const parts = [
    found.kind === "note" ? format.shortDay(found.day) : "",
    found.habit.archivedAt === null ? "" : text.archived,
  ].filter(Boolean);
  return parts.length === 0 ? null : <span className="soft"> · {parts.join(" · ")}</span>;
}

function Text({ marked: { text, spans } }: { readonly marked: Marked }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of spans) {
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <span className="search-text">
      {parts}
      {text.slice(at)}
    </span>
  );
}
