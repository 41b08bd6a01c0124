// Settings: those of the person, which go with the account, and those of this device.

import type { Settings } from "@syncline/kanso-domain";
import manifest from "../../../package.json" with { type: "json" };
import { useActions } from "../../data/actions.ts";
import { useSettings } from "../../data/calendar.ts";
import {
  LANGUAGES,
  type Language,
  type Preferences,
  preferences,
  THEMES,
  type Theme,
  usePreferences,
} from "../../data/preferences.ts";
import { useFormat, useMessages } from "../../i18n/index.tsx";
import { openOverlay } from "../../shell/overlay.ts";
import { Page } from "../../shell/page.tsx";
import { SingleKeys } from "../../shell/single-keys.tsx";
import { useUndoToast } from "../../shell/use-undo-toast.ts";
import { StorageState } from "../../storage/storage-state.tsx";
import { Button } from "../../ui/button.tsx";
import { ButtonLink } from "../../ui/button-link.tsx";
import { Segmented, Select } from "../../ui/field.tsx";
import { Section } from "../../ui/section.tsx";
import { useToast } from "../../ui/toast.tsx";
import { ZoneField } from "./zone-field.tsx";
import "./settings.css";

const NAMES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch", it: "Italiano" };

export function SettingsPage() {
  const text = useMessages("settings");
  return (
    <Page title={text.title}>
      <Section title={text.looks} hint={text.looksText}>
        <Looks />
      </Section>
      <Section title={text.days} hint={text.daysText}>
        <Days />
      </Section>
      <Section title={text.keyboard} hint={text.looksText}>
        <SingleKeys />
        <div className="settings-links">
          <Button onClick={() => openOverlay("shortcuts")}>{text.shortcuts}</Button>
        </div>
      </Section>
      <Section title={text.data}>
        <div className="settings-links">
          <ButtonLink href="/account">{text.account}</ButtonLink>
          <ButtonLink href="/import">{text.import}</ButtonLink>
          <ButtonLink href="/archive">{text.archive}</ButtonLink>
          <ButtonLink href="/conflicts">{text.decisions}</ButtonLink>
        </div>
      </Section>
      <Section title={text.storage}>
        <StorageState />
      </Section>
      <Section title={text.about}>
        <p>{text.aboutText}</p>
        <p className="soft">{text.version(manifest.version)}</p>
        <div className="settings-links">
          <a className="button button-quiet" href="/docs">
            {text.docs}
          </a>
        </div>
      </Section>
    </Page>
  );
}

function Looks() {
  const text = useMessages("settings");
  const { language, theme } = usePreferences();
  const change = useLookChange();
  return (
    <>
      <Select<Language | "system">
        label={text.language}
        value={language ?? "system"}
        choices={[
          { value: "system", label: text.system },
          ...LANGUAGES.map((value) => ({ value, label: NAMES[value] })),
        ]}
        onChoose={(value) => change({ language: value === "system" ? null : value })}
      />
      <Segmented<Theme | "system">
        label={text.theme}
        value={theme ?? "system"}
        choices={[
          { value: "system", label: text.system },
          ...THEMES.map((value) => ({ value, label: text[value] })),
        ]}
        onChoose={(value) => change({ theme: value === "system" ? null : value })}
      />
    </>
  );
}

/** Looks are this device's alone, and no step of the history. Whoever cannot read the new language reads the toast. */
function useLookChange(): (changes: Partial<Preferences>) => void {
  const { changed } = useMessages("settings");
  const { undo: label } = useMessages("shell");
  const { turned, steps } = useMessages("undo");
  const show = useToast();
  return (changes) => {
    const before = preferences.getSnapshot();
    const undo = () => {
      preferences.change(before);
      show({ text: turned.undo.nothing(steps.settings()) });
    };
    preferences.change(changes);
    show({ text: changed, action: { label, run: undo } });
  };
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** 1970-01-04, a Sunday, to name weekdays by. */
const SUNDAY_MS = 3 * DAY_MS;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 0];
const HOURS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** Each change goes with the account, and can be undone. */
function Days() {
  const text = useMessages("settings");
  const { locale } = useFormat();
  const actions = useActions();
  const act = useUndoToast();
  const { weekStart, dayStartHour, zone } = useSettings();
  const change = (changes: Partial<Settings>) => act(actions.changeSettings(changes), text.changed);
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });
  const hourText = (hour: number) => {
    const said = time.format(hour * HOUR_MS);
    return hour === 0 ? text.midnight(said) : said;
  };
  return (
    <>
      <Select
        label={text.weekStart}
        value={String(weekStart)}
        choices={WEEKDAYS.map((day) => ({
          value: String(day),
          label: weekday.format(SUNDAY_MS + day * DAY_MS),
        }))}
        onChoose={(value) => change({ weekStart: Number(value) })}
      />
      <Select
        label={text.dayStart}
        hint={text.dayStartHint}
        value={String(dayStartHour)}
        choices={HOURS.map((hour) => ({ value: String(hour), label: hourText(hour) }))}
        onChoose={(value) => change({ dayStartHour: Number(value) })}
      />
      <ZoneField
        zone={zone}
        deviceZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
        onChange={(chosen) => change({ zone: chosen })}
      />
    </>
  );
}
