// Reads of maps by names that come from outside.

/** A map's own value: a collection may bear the name of something that every object inherits, such as `toString`. */
export function ownValue<Value>(
  map: { readonly [name: string]: Value } | undefined,
  name: string,
): Value | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
