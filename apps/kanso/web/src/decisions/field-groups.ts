// Fields that only make sense together: a person chooses between two frequencies, not between two numbers of days.

export type GroupName =
  | "title"
  | "description"
  | "look"
  | "goal"
  | "frequency"
  | "reminder"
  | "period"
  | "archive"
  | "order"
  | "value"
  | "notes"
  | "day"
  | "vacation"
  | "settings";

const GROUPS: {
  readonly [collection: string]: readonly (readonly [GroupName, readonly string[]])[];
} = {
  habits: [
    ["title", ["title"]],
    ["description", ["description"]],
    ["look", ["color", "icon"]],
    ["goal", ["type", "targetValue", "unit"]],
    ["frequency", ["frequencyType", "weekdays", "interval", "timesPerWeek"]],
    ["reminder", ["reminderTime"]],
    ["period", ["startDate", "startDay", "endDate", "endDay"]],
    ["archive", ["archivedAt", "pauses"]],
    ["order", ["sortOrder"]],
  ],
  entries: [
    ["value", ["kind", "value"]],
    ["notes", ["notes"]],
    ["day", ["habitId", "day", "at", "zone"]],
  ],
  vacations: [["vacation", ["from", "to", "habitIds", "note"]]],
  settings: [["settings", ["zone", "dayStartHour", "weekStart"]]],
};

/** When a record was made says nothing about what it is. */
const UNASKED = new Set(["createdAt"]);

export type Fields = { readonly [name: string]: unknown };

/** The groups in which two versions differ, of the fields that `mine` names. */
export function differingGroups(
  collection: string,
  mine: Fields,
  theirs: Fields,
): readonly GroupName[] {
  const differs = (name: string) =>
    Object.hasOwn(mine, name) && !UNASKED.has(name) && !isSame(mine[name], theirs[name]);
  return (GROUPS[collection] ?? [])
    .filter(([, names]) => names.some(differs))
    .map(([group]) => group);
}

export function fieldsOf(collection: string, group: GroupName): readonly string[] {
  return GROUPS[collection]?.find(([name]) => name === group)?.[1] ?? [];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
