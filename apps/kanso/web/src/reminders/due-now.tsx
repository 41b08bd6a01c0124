// What it is time for, at the top of the today page: always there, whatever the browser can do.

import { useFormat, useMessages } from "../i18n/index.tsx";
import { paletteOf } from "../theme/habit-color.ts";
import { Button } from "../ui/button.tsx";
import { HabitIcon } from "../ui/icon.tsx";
import { useReminders } from "./reminders.tsx";
import "./due-now.css";

export function DueNow() {
  const text = useMessages("reminders");
  const { locale } = useFormat();
  const { due, done, later } = useReminders();
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });
  return (
    <section
      className="due-now"
      aria-label={text.dueNow}
      aria-live="polite"
      hidden={due.length === 0}
    >
      {due.length === 0 ? null : <h2>{text.dueNow}</h2>}
      <ul className="plain-list">
        {due.map((reminder) => {
          const { id, title, icon, color, reminderTime } = reminder.habit;
          return (
            <li key={id} className="due-habit" data-color={paletteOf(color)}>
              <span className="suggestion-icon">
                <HabitIcon icon={icon} title={title} />
              </span>
              <span className="habit-words">
                <span className="habit-title" dir="auto">
                  {title}
                </span>
                <span className="soft">
                  {time.format(Date.parse(`1970-01-01T${reminderTime}Z`))}
                </span>
              </span>
              <span className="due-buttons">
                <Button aria-label={text.laterFor(title)} onClick={() => later(reminder)}>
                  {text.later}
                </Button>
                <Button
                  look="strong"
                  aria-label={text.doneFor(title)}
                  onClick={() => done(reminder)}
                >
                  {text.done}
                </Button>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
