// Icons are for the eye: what they mean always stands beside them, or in the label of what they are in.

import { APP_ICONS, type AppIconName, HABIT_ICONS, type HabitIconName } from "./icons.ts";
import "./icon.css";

export function Icon({ name }: { readonly name: AppIconName }) {
  return <Drawing path={APP_ICONS[name]} />;
}

/** A habit's icon: one of ours, the emoji that another app has given it, or the first letter of its title. */
export function HabitIcon({ icon, title }: { readonly icon: string; readonly title: string }) {
  if (isHabitIcon(icon)) return <Drawing path={HABIT_ICONS[icon]} />;
  const letter = /\p{Extended_Pictographic}/u.test(icon) ? icon : [...title][0]?.toUpperCase();
  return (
    <span className="icon icon-letter" aria-hidden="true">
      {letter}
    </span>
  );
}

function isHabitIcon(name: string): name is HabitIconName {
  return Object.hasOwn(HABIT_ICONS, name);
}

function Drawing({ path }: { readonly path: string }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
