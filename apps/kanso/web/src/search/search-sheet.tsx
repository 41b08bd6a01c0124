// The search: a field with what it finds below. Arrows choose, Enter opens.

import { dayOfEntry, dayToText } from "@syncline/kanso-domain";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useCalendar } from "../data/calendar.ts";
import { useQuery } from "../data/collections.ts";
import { useMessages } from "../i18n/index.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { type Found, search } from "./find.ts";
import { SearchResults } from "./search-results.tsx";
import { useCommands } from "./use-commands.ts";
import "./search-sheet.css";

export function SearchSheet({ onClose }: { onClose(): void }) {
  const text = useMessages("search");
  const [query, setQuery] = useState("");
  const found = useFound(query);
  const [chosen, setChosen] = useState(0);
  const open = useOpen(onClose);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => void field.current?.focus(), []);

  const active = Math.min(chosen, found.length - 1);
  const optionId = (index: number) => `${id}-${index}`;

  function onKey(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const last = found.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(last, active + 5),
      PageUp: Math.max(0, active - 5),
    };
    const to = moves[event.key];
    const hit = found[active];
    if (to !== undefined) {
      event.preventDefault();
      setChosen(to);
      document.getElementById(optionId(to))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Escape") {
      event.preventDefault(); // else it would only empty the field
      onClose();
    } else if (event.key === "Enter" && hit !== undefined) {
      event.preventDefault();
      open(hit);
    }
  }

  return (
    <Sheet title={text.title} onClose={onClose}>
      <div className="search">
        <input
          ref={field}
          className="field-input"
          type="search"
          role="combobox"
          aria-label={text.label}
          aria-expanded={found.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          {...(found.length === 0 ? {} : { "aria-activedescendant": optionId(active) })}
          placeholder={text.placeholder}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="go"
          value={query}
          onChange={({ target }) => {
            setQuery(target.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
        />
        <output className={found.length === 0 ? "soft" : "unseen"}>
          {found.length === 0 ? text.none(query.trim()) : text.count(found.length)}
        </output>
        <SearchResults
          id={id}
          found={found}
          active={active}
          optionId={optionId}
          onChoose={open}
          onPoint={setChosen}
        />
      </div>
    </Sheet>
  );
}

function useFound(query: string): readonly Found[] {
  const calendar = useCalendar();
  const commands = useCommands();
  const { rows: habits } = useQuery("habits", { orderBy: ["sortOrder", "createdAt"] });
  const { rows: entries } = useQuery("entries", { where: { notes: { not: "" } } });
  return search(query, {
    commands,
    habits,
    entries,
    dayOf: (entry) => dayOfEntry(entry, calendar),
  });
}

/** A note is opened on its day; of an archived habit there is none on the today page. */
function useOpen(onClose: () => void): (found: Found) => void {
  const [, go] = useLocation();
  return (found) => {
    onClose();
    switch (found.kind) {
      case "command":
        return found.command.run();
      case "habit":
        return go(`/habits/${found.habit.id}`);
      case "note":
        return go(
          found.habit.archivedAt === null
            ? `/?day=${dayToText(found.day)}&habit=${found.habit.id}`
            : `/habits/${found.habit.id}`,
        );
      default:
        return found satisfies never;
    }
  };
}
