// Times, sizes and counts as people read them.

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const WHOLE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const NUMBER = new Intl.NumberFormat("en");
const STEPS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

export function count(value: number): string {
  return NUMBER.format(value);
}

/** `1 device`, `2 devices`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  let step = 0;
  let rest = value;
  while (rest >= 1_000 && step < UNITS.length - 1) {
    rest /= 1_000;
    step += 1;
  }
  return `${rest >= 100 || step === 0 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[step]}`;
}

/** `3 minutes ago`, `in 2 days`. */
export function ago(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1_000;
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.trunc(seconds / size), unit);
  return seconds > 0 ? "in less than a minute" : "just now";
}

export function moment(iso: string): string {
  return WHOLE.format(new Date(iso));
}

/** `3 days, 4 hours`: its two largest parts. */
export function lasting(seconds: number): string {
  if (seconds < 60) return counted(seconds, "second");
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of STEPS.slice(3)) {
    const many = Math.floor(rest / size);
    rest -= many * size;
    if (many > 0) parts.push(counted(many, unit));
  }
  return parts.slice(0, 2).join(", ");
}
