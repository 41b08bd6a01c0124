// The habit that the address names: pages of one habit are shown with it, or say that it is not there.

import type { Habit } from "@syncline/kanso-domain";
import type { ReactNode } from "react";
import { useParams } from "wouter";
import { useHabit } from "../data/habits.ts";
import { useMessages } from "../i18n/index.tsx";
import { ButtonLink } from "../ui/button-link.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "./page.tsx";

export function HabitOfAddress({ children }: { children(habit: Habit): ReactNode }) {
  const { id = "" } = useParams<{ id: string }>();
  const text = useMessages("habit");
  const { toToday } = useMessages("shell");
  const { ready, habit } = useHabit(id);
  if (habit !== undefined) return children(habit);
  if (!ready) return null;
  return (
    <Page title={text.missing}>
      <EmptyState icon="today" text={text.missingText}>
        <ButtonLink href="/" look="strong">
          {toToday}
        </ButtonLink>
      </EmptyState>
    </Page>
  );
}
