// JSON values as types: what a record may hold.

export type JsonPrimitive = string | number | boolean | null;
export type Json = JsonPrimitive | readonly Json[] | { readonly [key: string]: Json };

/** The fields of a record: a flat map of names to JSON values; each name is a register of its own. */
export type Fields = { readonly [name: string]: Json };
