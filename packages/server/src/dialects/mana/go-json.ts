// JSON as the other side's server writes it: names of maps in order, and nothing that HTML could take for its own.

const ESCAPES: { readonly [char: string]: string } = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** Writes a value; the names of its objects stay in their order. In JSON these characters stand in texts only. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => ESCAPES[char] ?? char);
}

/** The same value with the names of every object sorted. */
export function sorted<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  // What is made has the same shape.
  if (Array.isArray(value)) return value.map(sorted) as Value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(
    names.map((name) => [name, sorted(value[name as keyof Value])]),
  ) as Value;
}
