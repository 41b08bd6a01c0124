// Parts of schemas that the routes of the admin interface share.

import Type, { type TSchema } from "typebox";

const PAGE = 100;

export const TimeSchema = Type.String({ format: "date-time" });
export const Nullable = <Of extends TSchema>(schema: Of) => Type.Union([schema, Type.Null()]);
export const LIMIT = Type.Optional(
  Type.String({ pattern: "^[1-9][0-9]{0,2}$", description: "How many in a page; 100." }),
);
/** A text without control characters: some databases take no NUL. */
export const plainText = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: "^[^\\u0000-\\u001f\\u007f]*$", description });
export const UserParams = Type.Object({ user: plainText(256, "A user's id.") });

export function limitOf(limit: string | undefined): number {
  return limit === undefined ? PAGE : Number(limit);
}
