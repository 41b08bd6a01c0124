// When to be reminded, and what this browser can do about it. It is asked for permission only when a reminder is set.

import { useSettings } from "../../data/calendar.ts";
import { useMessages } from "../../i18n/index.tsx";
import { allowReminders, useReminderPlatform } from "../../reminders/platform.ts";
import { Switch, TextField } from "../../ui/field.tsx";
import type { FieldProps } from "./habit-form.tsx";

/** Where nothing was chosen yet. */
const MORNING = "08:00";

export function ReminderFields({ values, problemOf, onChange }: FieldProps) {
  const text = useMessages("habitForm");
  const reminders = useMessages("reminders");
  const platform = useReminderPlatform();
  const { zone } = useSettings();
  const isOn = values.reminderTime !== "" || problemOf("reminderTime") !== undefined;
  return (
    <>
      <Switch
        label={text.reminderSwitch}
        checked={isOn}
        onChange={(checked) => {
          onChange({ reminderTime: checked ? MORNING : "" });
          if (checked) void allowReminders();
        }}
      />
      {isOn ? (
        <>
          <TextField
            label={text.reminderTime}
            type="time"
            required
            value={values.reminderTime}
            hint={zone === null ? undefined : reminders.zone(zone)}
            problem={problemOf("reminderTime")}
            onChange={({ target }) => onChange({ reminderTime: target.value })}
          />
          <output className="soft" data-platform={platform}>
            {reminders.platforms[platform]}
          </output>
        </>
      ) : null}
    </>
  );
}
