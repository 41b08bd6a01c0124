// Request bodies as the original reads them: JSON whatever the type says, keys in any case, unknown ones ignored.

/** A body that cannot be read; each route says so in its own form. */
export class BadBody extends Error {}

export interface Body {
  /** Whether it is there, and null. */
  isNull(name: string): boolean;
  /** Undefined where it is absent or null. */
  text(name: string): string | undefined;
  integer(name: string): number | undefined;
  integers(name: string): readonly number[] | undefined;
}

/** @throws {BadBody} */
export function readBody(text: unknown): Body {
  if (typeof text !== "string" || text.trim() === "") throw new BadBody("EOF");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BadBody("the body is no JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new BadBody("the body is no JSON object");
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(parsed)) values.set(name.toLowerCase(), value);
  const get = <Value>(
    name: string,
    form: string,
    is: (value: unknown) => value is Value,
  ): Value | undefined => {
    const value = values.get(name) ?? undefined;
    if (value === undefined || is(value)) return value;
    throw new BadBody(`${name} must be ${form}`);
  };
  return {
    isNull: (name) => values.get(name) === null,
    text: (name) => get(name, "a string", (value) => typeof value === "string"),
    integer: (name) => get(name, "a whole number", isInteger),
    integers: (name) =>
      get(
        name,
        "a list of whole numbers",
        (value): value is readonly number[] =>
          Array.isArray(value) && value.length <= 1_000 && value.every(isInteger),
      ),
  };
}

function isInteger(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}
