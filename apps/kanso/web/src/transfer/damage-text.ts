// Why a file cannot be read, in words.

import type { FileDamage } from "@syncline/kanso-domain";
import type { ImportsMessages } from "../i18n/messages/en/import.ts";

type Words = Pick<ImportsMessages, "damages" | "noticeAt" | "damaged" | "damagedSomehow">;

/** @param damage null: nobody knows */
export function damageText(damage: FileDamage | null, text: Words): string {
  if (damage === null) return text.damagedSomehow;
  const { kind, file, row, name } = damage;
  const what = text.damages[kind](name);
  if (file === null) return text.damaged(what);
  return text.damaged(`${row === null ? `${file}:` : text.noticeAt(file, row)} ${what}`);
}
