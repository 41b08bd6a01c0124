// Routes about background work: what it could not do, and having that tried again. Nothing of what the records hold.

import { SynclineError } from "@syncline/core";
import Type from "typebox";
import type { Audit } from "../audit/audit.ts";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import type { Store } from "../store/port.ts";
import type { DefineAdminRoute } from "./admin-route.ts";
import { LIMIT, limitOf, plainText, TimeSchema } from "./schemas.ts";

export interface ConsumerRouteOptions {
  readonly store: Store;
  readonly audit: Audit;
}

const CountSchema = Type.Integer({ minimum: 0 });
const LetterSchema = Type.Object({
  ...{ consumer: Type.String(), space: Type.String(), stamp: Type.Integer() },
  ...{ collection: Type.String(), id: Type.String(), op: Type.String() },
  attempts: CountSchema,
  error: Type.String({ description: "What the last attempt said." }),
  at: TimeSchema,
  again: Type.Boolean({ description: "Whether it is to be tried again." }),
});
const NAME = plainText(256, "The consumer's name.");

export function consumerRoutes(
  define: DefineAdminRoute,
  { store, audit }: ConsumerRouteOptions,
): Route[] {
  const common = { area: "consumers" } as const;
  return [
    define({
      ...common,
      method: "GET",
      path: "/v1/admin/consumers",
      access: "read",
      operationId: "adminConsumers",
      summary: "Background work and how far it is",
      answer: Type.Object({
        consumers: Type.Array(
          Type.Object({
            consumer: Type.String(),
            behind: Type.Integer({ description: "Spaces with something that was not handled." }),
            deadLetters: CountSchema,
          }),
        ),
      }),
      async handle() {
        const progress = await store.consumers.progress();
        return jsonAnswer({
          consumers: progress.map(({ consumer, behind, deadLetters }) => ({
            ...{ consumer, behind, deadLetters },
          })),
        });
      },
    }),
    define({
      ...common,
      method: "GET",
      path: "/v1/admin/dead-letters",
      access: "read",
      operationId: "adminDeadLetters",
      summary:
        "What background work could not do, the oldest first; nothing of what the records hold",
      querystring: Type.Object(
        { consumer: Type.Optional(NAME), limit: LIMIT },
        { additionalProperties: false },
      ),
      answer: Type.Object({ letters: Type.Array(LetterSchema) }),
      async handle({ query: { consumer, limit } }) {
        const letters = await store.consumers.letters({
          limit: limitOf(limit),
          ...(consumer === undefined ? {} : { consumer }),
        });
        return jsonAnswer({
          letters: letters.map(({ entry: { stamp, collection, id, op }, atMs, ...letter }) => ({
            ...{ consumer: letter.consumer, space: letter.space, stamp, collection, id, op },
            ...{ attempts: letter.attempts, error: letter.error, again: letter.again },
            at: new Date(atMs).toISOString(),
          })),
        });
      },
    }),
    define({
      ...common,
      method: "POST",
      path: "/v1/admin/consumers/:consumer/retry",
      access: "write",
      operationId: "adminRetry",
      summary: "Have dead letters of a consumer tried again: all, those of a space, or one",
      params: Type.Object({ consumer: NAME }),
      body: Type.Object(
        {
          space: Type.Optional(plainText(300, "Of this space alone.")),
          stamp: Type.Optional(Type.Integer({ minimum: 0, description: "This one alone." })),
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({ again: Type.Integer({ description: "How many." }) }),
      async handle({ params: { consumer }, body: { space, stamp } }, actor) {
        const letters = {
          ...(space === undefined ? {} : { space }),
          ...(stamp === undefined ? {} : { stamp }),
        };
        const again = await audit.during(
          { actor, action: "consumer.retry", target: consumer, details: letters },
          () => store.consumers.revive({ consumer, ...letters }),
        );
        if (again === 0) throw new SynclineError("not_found", "There are no such dead letters.");
        return jsonAnswer({ again });
      },
    }),
  ];
}
