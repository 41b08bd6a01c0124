// What stands in a group of fields, in words.

import { parseDay } from "@syncline/kanso-domain";
import type { Format } from "../i18n/format.ts";
import type { ConflictsMessages } from "../i18n/messages/en/conflicts.ts";
import type { Fields, GroupName } from "./field-groups.ts";

export interface Words {
  readonly text: ConflictsMessages;
  readonly format: Format;
}

/** What a group is called. */
export const GROUP_LABELS = {
  title: "groupTitle",
  description: "groupDescription",
  look: "groupLook",
  goal: "groupGoal",
  frequency: "groupFrequency",
  reminder: "groupReminder",
  period: "groupPeriod",
  archive: "groupArchive",
  order: "groupOrder",
  value: "groupValue",
  notes: "groupNotes",
  day: "groupDay",
  vacation: "groupVacation",
  settings: "groupSettings",
} as const satisfies Readonly<Record<GroupName, keyof ConflictsMessages>>;

/** @param fields all of a version's; those that are missing are told as nothing */
export function groupText(group: GroupName, fields: Fields, words: Words): string {
  const { text } = words;
  const said = textOf(group, fields, words);
  return said === "" ? text.nothing : said;
}

function textOf(group: GroupName, fields: Fields, { text, format }: Words): string {
  const word = (name: string) => String(fields[name] ?? "");
  const number = (name: string) => Number(fields[name] ?? 0);
  switch (group) {
    case "title":
    case "description":
    case "notes":
      return word(group);
    case "look":
      return [word("icon"), word("color")].filter((part) => part !== "").join(" ");
    case "goal":
      return word("type") === "boolean"
        ? text.yesNo
        : text.amount(format.number(number("targetValue")), word("unit"));
    case "frequency":
      return frequencyText(fields, { text, format });
    case "reminder":
      return word("reminderTime");
    case "period":
      return [word("startDay") || word("startDate").slice(0, 10), word("endDay")]
        .flatMap((day) => dayText(day, format) ?? [])
        .join(" – ");
    case "archive":
      return fields["archivedAt"] === null ? text.active : text.archived;
    case "order":
      return format.number(number("sortOrder") + 1);
    case "value":
      return word("kind") === "skip" ? text.skipped : format.number(number("value"));
    case "day":
      return dayText(word("day") || word("at").slice(0, 10), format) ?? "";
    case "vacation":
      return [word("from"), word("to")].flatMap((day) => dayText(day, format) ?? []).join(" – ");
    case "settings":
      return word("zone");
    default:
      return group satisfies never;
  }
}

function frequencyText(fields: Fields, { text, format }: Words): string {
  const weekdays = fields["weekdays"];
  switch (fields["frequencyType"]) {
    case "weekly":
      return text.weekly(Number(fields["timesPerWeek"] ?? 1));
    case "interval":
      return text.everyDays(Number(fields["interval"] ?? 1));
    case "specific_days":
      // Day 3 since 1970 was a Sunday.
      return (Array.isArray(weekdays) ? weekdays : [])
        .map((weekday) => format.weekday(3 + Number(weekday)))
        .join(", ");
    default:
      return text.daily;
  }
}

function dayText(day: string, format: Format): string | undefined {
  const parsed = parseDay(day);
  return parsed === undefined ? undefined : format.shortDay(parsed);
}
