// Changes that were refused while the rest of their push was taken: kept for the operator, who alone can still help.

import { createHash } from "node:crypto";
import { type Fields, personalSpace, spaceToText } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import type { Admitted } from "../../engine/contract.ts";
import type { DialectContext } from "../port.ts";

/** The app that they are kept in, for each user in a space of its own, which goes when the user does. No user is admitted to it. */
export const REFUSED_APP = ".mana";
export const REFUSED_COLLECTION = "changes";

export interface RefusedChange {
  /** As the device wrote them. */
  readonly table: string;
  readonly id: string;
  readonly op: string;
  readonly reason: string;
  /** The change as it was sent. */
  readonly content: unknown;
}

export interface RefusedChanges {
  /** Keeps them, says so in the log, and counts them. */
  note(
    principal: Principal,
    push: { readonly appId: string; readonly clientId: string },
    changes: readonly RefusedChange[],
  ): Promise<void>;
  /** How many were refused here since the start. */
  count(): number;
}

/** A change that is larger is kept without its content. */
const MAX_CONTENT = 1024 * 1024;

export function createRefusedChanges(
  { engine, declined }: Pick<DialectContext, "engine" | "declined">,
  now: () => number,
): RefusedChanges {
  let total = 0;
  return {
    count: () => total,
    async note(principal, { appId, clientId }, changes) {
      if (changes.length === 0) return;
      total += changes.length;
      const at = new Date(now()).toISOString();
      const records = changes.map(({ table, id, op, reason, content }) => {
        const text = textOf(content);
        const fields: Fields = {
          at,
          userId: principal.userId,
          appId: clean(appId),
          clientId: clean(clientId),
          table: clean(table),
          id: clean(id),
          op,
          reason: clean(reason),
          bytes: Buffer.byteLength(text),
          content: text === "" || text.length > MAX_CONTENT ? null : text,
        };
        declined(
          `One change of user ${principal.userId} in app ${appId} (${op} of ${clean(table)}/${clean(id)}; the others were taken, see \`syncline mana refused\`)`,
          reason,
        );
        return { collection: REFUSED_COLLECTION, id: idOf(fields, text), fields };
      });
      await engine.note(placeOf(principal), [
        ...new Map(records.map((one) => [one.id, one])).values(),
      ]);
    },
  };
}

/** A change as text; of one that is nested deeper than anything is written out, nothing. */
function textOf(content: unknown): string {
  try {
    return JSON.stringify(content).toWellFormed();
  } catch {
    return "";
  }
}

/** Names come from outside, and may be what no record can hold. */
function clean(text: string): string {
  return text.slice(0, 256).toWellFormed().replaceAll("\u0000", "\ufffd");
}

/** The same change sent again is the same. */
function idOf({ userId, appId, clientId, table, id, op }: Fields, content: string): string {
  const said = JSON.stringify([userId, appId, clientId, table, id, op, content]);
  return createHash("sha256").update(said).digest("hex").slice(0, 32);
}

function placeOf({ userId }: Principal): Admitted {
  const address = { app: REFUSED_APP, name: personalSpace(userId) };
  return {
    space: spaceToText(address),
    address,
    role: "owner",
    userId,
    byHook: false,
    byMembership: false,
  };
}
