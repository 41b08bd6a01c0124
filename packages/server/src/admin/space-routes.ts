// Routes about spaces: a list to search, one of them, and taking one away.

import { parseSpace, SynclineError, spaceToText, stampToMs } from "@syncline/core";
import Type from "typebox";
import type { Audit } from "../audit/audit.ts";
import { jsonAnswer } from "../protocol/define-route.ts";
import type { Route } from "../protocol/port.ts";
import { isServersOwn } from "../store/all-spaces.ts";
import type { SpaceHead, Store } from "../store/port.ts";
import type { DefineAdminRoute } from "./admin-route.ts";
import { LIMIT, limitOf, Nullable, plainText, TimeSchema } from "./schemas.ts";

export interface SpaceRouteOptions {
  readonly store: Store;
  readonly audit: Audit;
}

/** Spaces that one request looks at, however many of them are asked for. */
const LOOKED_AT = 2_000;
const PAGE = 200;
/** Devices that are shown of one space, those last seen. */
const DEVICES = 200;

const SpaceSchema = Type.Object({
  space: Type.String({ description: "`app/name`" }),
  title: Type.String(),
  made: TimeSchema,
  lastCommit: Nullable(TimeSchema),
  records: Type.Integer(),
  members: Type.Integer(),
  devices: Type.Integer(),
});
const DetailsSchema = Type.Object({
  ...SpaceSchema.properties,
  collections: Type.Object({}, { additionalProperties: Type.Integer() }),
  historyFrom: Nullable(TimeSchema),
  memberList: Type.Array(Type.Object({ userId: Type.String(), role: Type.String() })),
  deviceList: Type.Array(
    Type.Object({
      userId: Type.String(),
      clientId: Type.String(),
      lastMutation: Type.Integer(),
      seen: TimeSchema,
    }),
    { description: `Those last seen, ${DEVICES} at most.` },
  ),
});
const Params = Type.Object({
  app: plainText(128, "The app"),
  space: plainText(256, "The space's name in the app"),
});

export function spaceRoutes(
  define: DefineAdminRoute,
  { store, audit }: SpaceRouteOptions,
): Route[] {
  async function summary(head: SpaceHead) {
    const { space, createdAtMs, stamp, tallies } = head;
    const [title, members, devices] = await Promise.all([
      store.sharing.title(space),
      store.members(space),
      store.devices(space, DEVICES),
    ]);
    return {
      space,
      title: title ?? "",
      made: new Date(createdAtMs).toISOString(),
      lastCommit: timeOf(stamp),
      records: Object.values(tallies).reduce((sum, { count }) => sum + count, 0),
      members: members.length,
      devices: devices.count,
      lists: { members, devices: devices.last },
    };
  }

  async function headOf({ app, space }: { readonly app: string; readonly space: string }) {
    const name = spaceToText(parseSpace(`${app}/${space}`));
    const head = await store.head(name);
    if (head !== undefined && !isServersOwn(head.space)) return head;
    throw new SynclineError("not_found", `There is no space ${name}.`);
  }

  return [
    define({
      method: "GET",
      path: "/v1/admin/spaces",
      area: "spaces",
      access: "read",
      operationId: "adminSpaces",
      summary: "Spaces, in the order of their names",
      querystring: Type.Object(
        {
          app: Type.Optional(plainText(128, "Of this app alone.")),
          part: Type.Optional(plainText(256, "Those whose name has this in it.")),
          after: Type.Optional(plainText(300, "`next` of the page before.")),
          limit: LIMIT,
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({
        spaces: Type.Array(SpaceSchema),
        next: Nullable(
          Type.String({ description: "A page may be short, or empty, and have a next one." }),
        ),
      }),
      async handle({ query: { app, part = "", after = "", limit } }) {
        const wanted = limitOf(limit);
        const found: SpaceHead[] = [];
        let at = after;
        let more = true;
        for (let looked = 0; more && found.length < wanted && looked < LOOKED_AT; ) {
          const page = await store.spaces({
            ...{ after: at, limit: PAGE },
            ...(app === undefined ? {} : { app }),
          });
          more = page.length === PAGE;
          looked += page.length;
          for (const head of page) {
            if (found.length === wanted) {
              more = true;
              break;
            }
            at = head.space;
            if (head.space.includes(part) && !isServersOwn(head.space)) found.push(head);
          }
        }
        const spaces = await Promise.all(found.map(summary));
        return jsonAnswer({
          spaces: spaces.map(({ lists: _lists, ...one }) => one),
          next: more ? at : null,
        });
      },
    }),
    define({
      method: "GET",
      path: "/v1/admin/spaces/:app/:space",
      area: "spaces",
      access: "read",
      operationId: "adminSpace",
      summary: "A space with its members and devices; nothing of what it holds",
      params: Params,
      answer: DetailsSchema,
      async handle({ params }) {
        const head = await headOf(params);
        const { lists, ...one } = await summary(head);
        const counts = Object.entries(head.tallies).map(([name, { count }]) => [name, count]);
        return jsonAnswer({
          ...one,
          collections: Object.fromEntries(counts),
          historyFrom: timeOf(head.horizon),
          memberList: lists.members,
          deviceList: lists.devices.map(({ seenAtMs, ...device }) => ({
            ...device,
            seen: new Date(seenAtMs).toISOString(),
          })),
        });
      },
    }),
    define({
      method: "DELETE",
      path: "/v1/admin/spaces/:app/:space",
      area: "spaces",
      access: "write",
      operationId: "adminDeleteSpace",
      summary: "Delete a space with all that is in it",
      params: Params,
      answer: undefined,
      async handle({ params }, actor) {
        const { space } = await headOf(params);
        await audit.during({ actor, action: "space.delete", target: space }, () =>
          store.removeSpace(space),
        );
        return { status: 204 };
      },
    }),
  ];
}

/** Null for 0: the space has none. */
function timeOf(stamp: number): string | null {
  return stamp === 0 ? null : new Date(stampToMs(stamp)).toISOString();
}
