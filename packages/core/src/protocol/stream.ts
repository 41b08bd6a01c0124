// Messages: the lines of the NDJSON stream of a first sync.

import Type, { type Static } from "typebox";
import { CursorSchema, TimeSchema } from "./names.ts";

/** The first line. */
export const StreamStartSchema = Type.Object({
  epoch: Type.String({
    description: "With a record's stamp, makes the cursor from which a broken stream is resumed.",
  }),
  scope: Type.String(),
  began: Type.Integer({
    minimum: 0,
    description: "The space's last stamp when the reading began; part of that cursor.",
  }),
  total: Type.Integer({ minimum: 0, description: "About how many records will follow." }),
});
export type StreamStart = Static<typeof StreamStartSchema>;

/** The last line. A stream that ends without it is broken: resume from the last line's stamp. */
export const StreamEndSchema = Type.Object({
  cursor: CursorSchema,
  lastMutation: Type.Integer({ minimum: 0 }),
  digest: Type.Record(Type.String(), Type.String()),
  now: TimeSchema,
});
export type StreamEnd = Static<typeof StreamEndSchema>;
