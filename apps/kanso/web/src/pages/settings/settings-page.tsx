// Settings: those of the person, which go with the account, and those of this device.

import { Link } from "wouter";
import { useActions } from "../../data/actions.ts";
import { useSettings } from "../../data/calendar.ts";
import {
  LANGUAGES,
  type Language,
  preferences,
  THEMES,
  type Theme,
  usePreferences,
} from "../../data/preferences.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { Page } from "../../shell/page.tsx";
import { Segmented, Select } from "../../ui/field.tsx";

const NAMES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch", it: "Italiano" };
/** A Sunday, to name weekdays by. */
const SUNDAY = 3;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 0];

export function SettingsPage() {
  const text = useMessages("settings");
  const format = useFormat();
  const actions = useActions();
  const { language, theme } = usePreferences();
  const { weekStart } = useSettings();
  return (
    <Page title={text.title}>
      <Select<Language | "system">
        label={text.language}
        value={language ?? "system"}
        choices={[
          { value: "system", label: text.system },
          ...LANGUAGES.map((value) => ({ value, label: NAMES[value] })),
        ]}
        onChoose={(value) => preferences.change({ language: value === "system" ? null : value })}
      />
      <Segmented<Theme | "system">
        label={text.theme}
        value={theme ?? "system"}
        choices={[
          { value: "system", label: text.system },
          ...THEMES.map((value) => ({ value, label: text[value] })),
        ]}
        onChoose={(value) => preferences.change({ theme: value === "system" ? null : value })}
      />
      <Select
        label={text.weekStart}
        value={String(weekStart)}
        choices={WEEKDAYS.map((weekday) => ({
          value: String(weekday),
          label: format.weekday(SUNDAY + weekday),
        }))}
        onChoose={(value) => void actions.changeSettings({ weekStart: Number(value) })}
      />
      <Link href="/import">{text.import}</Link>
    </Page>
  );
}
