// The first use: a few habits to begin with, one tap each.

import type { HabitDraft } from "@syncline/kanso-domain";
import { useActions } from "../../data/actions.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import type { Messages } from "../../i18n/messages/en.ts";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { HABIT_COLORS, paletteOf } from "../../theme/habit-color.ts";
import { ButtonLink } from "../../ui/button-link.tsx";
import { HabitIcon, Icon } from "../../ui/icon.tsx";

export function Suggestions() {
  const text = useMessages("today");
  const format = useFormat();
  const actions = useActions();
  const act = useUndoToast();
  return (
    <section className="stack" aria-labelledby="welcome">
      <div>
        <h2 id="welcome">{text.welcome}</h2>
        <ul className="welcome-lines">
          {text.welcomeLines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      <ul className="plain-list">
        {draftsIn(text).map((draft) => (
          <li key={draft.title} className="habit-row" data-color={paletteOf(draft.color)}>
            <button
              type="button"
              className="habit-main"
              onClick={() => act(actions.createHabit(draft), text.toastCreated(draft.title))}
            >
              <span className="suggestion-icon">
                <HabitIcon icon={draft.icon} title={draft.title} />
              </span>
              <span className="habit-words">
                <span className="habit-title">{draft.title}</span>
                <span className="soft">
                  {draft.timesPerWeek === undefined
                    ? [goalOf(draft, format.number), text.everyDay].filter(Boolean).join(" · ")
                    : text.timesAWeek(draft.timesPerWeek)}
                </span>
              </span>
              <Icon name="plus" />
            </button>
          </li>
        ))}
      </ul>
      <ButtonLink href="/habits/new" icon="plus">
        {text.ownHabit}
      </ButtonLink>
    </section>
  );
}

function goalOf({ targetValue, unit }: HabitDraft, number: (value: number) => string): string {
  return targetValue === undefined ? "" : `${number(targetValue)} ${unit ?? ""}`.trim();
}

type Suggestion = HabitDraft & { readonly color: string; readonly icon: string };

function draftsIn(text: Messages["today"]): readonly Suggestion[] {
  const color = (place: number) => HABIT_COLORS[place] ?? HABIT_COLORS[0];
  const counted = (targetValue: number, unit: string) => ({ type: "numeric", targetValue, unit });
  const weekly = (timesPerWeek: number) => ({ frequencyType: "weekly", timesPerWeek });
  return [
    { title: text.water, icon: "water", color: color(7), ...counted(8, text.waterUnit) },
    { title: text.walk, icon: "walk", color: color(4) },
    { title: text.read, icon: "book", color: color(1), ...counted(20, text.readUnit) },
    { title: text.meditate, icon: "lotus", color: color(9), ...counted(10, text.minutes) },
    { title: text.exercise, icon: "dumbbell", color: color(0), ...weekly(3) },
    { title: text.sleep, icon: "moon", color: color(8) },
  ];
}
