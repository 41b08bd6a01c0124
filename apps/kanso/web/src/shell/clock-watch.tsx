// Says where the device's clock is so far off that entries count for the wrong day.

import { useClockError } from "../data/clock.ts";
import { useMessages } from "../i18n/index.tsx";

const HOUR_MS = 3_600_000;

export function ClockWatch() {
  const text = useMessages("shell");
  const errorMs = useClockError();
  if (errorMs === null) return null;
  const hours = Math.round(Math.abs(errorMs) / HOUR_MS);
  const off = hours < 48 ? text.hours(hours) : text.days(Math.round(hours / 24));
  return (
    <aside className="session-over card" aria-label={text.clockTitle}>
      <div role="alert">
        <strong>{text.clockTitle}</strong>
        <p className="soft">{text.clockText(off)}</p>
      </div>
    </aside>
  );
}
