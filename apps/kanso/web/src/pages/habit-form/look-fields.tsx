// How the habit looks: its icon, found by its name, and its colour.

import { type KeyboardEvent, useState } from "react";
import { useMessages } from "../../i18n/index.tsx";
import { findWords } from "../../search/match.ts";
import { HABIT_COLORS, paletteOf } from "../../theme/habit-color.ts";
import { TextField } from "../../ui/field.tsx";
import { HabitIcon, Icon } from "../../ui/icon.tsx";
import { HABIT_ICONS, type HabitIconName } from "../../ui/icons.ts";
import { RadioGrid } from "../../ui/radio-grid.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import type { FormValues } from "./form-values.ts";

interface LookFieldsProps {
  readonly values: FormValues;
  onChange(changes: Partial<FormValues>): void;
}

export function LookFields({ values, onChange }: LookFieldsProps) {
  const text = useMessages("habitForm");
  const icons = useMessages("icons");
  const [isOpen, setOpen] = useState(false);
  const names: Readonly<Record<string, string>> = icons;
  const iconName = names[values.icon]?.split(",")[0] ?? values.icon;
  return (
    <div className="stack color-field" data-color={paletteOf(values.color)}>
      <div className="field">
        <span id="icon-label" className="field-name">
          {text.icon}
        </span>
        <button
          type="button"
          className="icon-choice"
          aria-labelledby="icon-label icon-name"
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          <span className="suggestion-icon">
            <HabitIcon icon={values.icon} title={values.title} />
          </span>
          <span id="icon-name">{iconName === "default_icon" ? text.chooseIcon : iconName}</span>
          <Icon name="right" />
        </button>
      </div>
      <RadioGrid
        label={text.color}
        value={HABIT_COLORS[paletteOf(values.color) - 1] ?? ""}
        choices={HABIT_COLORS.map((value, place) => ({
          value,
          label: text.colors[place] ?? value,
        }))}
        onChoose={(color) => onChange({ color })}
      >
        {({ value }) => <span className="color-dot" data-color={paletteOf(value)} />}
      </RadioGrid>
      {isOpen ? (
        <IconSheet
          icon={values.icon}
          onChoose={(icon) => onChange({ icon })}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </div>
  );
}

interface IconSheetProps {
  readonly icon: string;
  onChoose(icon: HabitIconName): void;
  onClose(): void;
}

function IconSheet({ icon, onChoose, onClose }: IconSheetProps) {
  const text = useMessages("habitForm");
  const icons = useMessages("icons");
  const [query, setQuery] = useState("");
  const choices = (Object.keys(HABIT_ICONS) as HabitIconName[]) // its own names
    .filter((name) => findWords(icons[name], query) !== undefined)
    .map((value) => ({ value, label: icons[value].split(",")[0] ?? value }));

  function onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault(); // else it would only empty the field
      onClose();
    }
    if (event.key !== "Enter") return;
    event.preventDefault(); // the form around it is not to be sent
    const [first] = choices;
    if (event.target instanceof HTMLInputElement && event.target.type === "search") {
      if (query === "" || first === undefined) return;
      onChoose(first.value);
    }
    onClose();
  }

  return (
    <Sheet title={text.chooseIcon} onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Enter in the fields chooses, Escape closes */}
      <div className="stack icon-sheet" onKeyDown={onKey}>
        <TextField
          label={text.searchIcons}
          type="search"
          enterKeyHint="done"
          autoComplete="off"
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
        <output className={choices.length === 0 ? "soft" : "unseen"}>
          {choices.length === 0 ? text.noIcons : text.iconCount(choices.length)}
        </output>
        <RadioGrid quiet label={text.icon} value={icon} choices={choices} onChoose={onChoose}>
          {({ value }) => <HabitIcon icon={value} title="" />}
        </RadioGrid>
      </div>
    </Sheet>
  );
}
