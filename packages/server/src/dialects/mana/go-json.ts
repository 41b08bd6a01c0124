// JSON as the other side's server reads and writes it: names of maps in order, and nothing that HTML could take for its own.

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

type Bag = { readonly [name: string]: unknown };

/** An object with its names as we know them: the other side reads them whatever their case; of two the exact one counts. */
export function withKnownNames(bag: Bag, known: ReadonlyMap<string, string>): Bag {
  const others = Object.keys(bag).filter((name) => {
    const ours = known.get(name.toLowerCase());
    return ours !== undefined && ours !== name;
  });
  if (others.length === 0) return bag;
  const read: { [name: string]: unknown } = { ...bag };
  for (const name of others) {
    const ours = known.get(name.toLowerCase()) ?? name;
    delete read[name];
    if (!Object.hasOwn(bag, ours)) read[ours] = bag[name];
  }
  return read;
}

/** Names to be known whatever their case. */
export function namesByCase(...names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** The first object of a text, without what follows it, which the other side does not look at. */
export function firstObject(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth <= 0) return text.slice(0, at + 1);
    }
  }
  return text;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
