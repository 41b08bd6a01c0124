// Members of an object by their names in small letters: the original reads them in any, and takes null for nothing.

export type Members = ReadonlyMap<string, unknown>;

/** @returns undefined when the value is no object; of members that differ in their letters' case the last counts */
export function membersOf(value: unknown): Members | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return new Map(members.map(([name, member]) => [name.toLowerCase(), member]));
}
