// The value of a field, or of what lies in it.

/** @param path `"city"`; or `"address.city"`, where no field of the row itself bears that name. Lists are not entered. */
export function fieldOf(row: object, path: string): unknown {
  const fields = row as { readonly [name: string]: unknown }; // a bag of fields whatever its type
  if (Object.hasOwn(row, path)) return fields[path];
  const dot = path.indexOf(".");
  if (dot < 0) return undefined;
  const inner = fieldOf(row, path.slice(0, dot));
  return typeof inner === "object" && inner !== null && !Array.isArray(inner)
    ? fieldOf(inner, path.slice(dot + 1))
    : undefined;
}
