// What the server is asked about spaces; every call says `offline` where there is no way there.

import { type Json, SynclineError } from "@syncline/core";
import type { Inside } from "../inside.ts";
import { noAnswer } from "../transport/http.ts";
import {
  type Invitation,
  isInvitation,
  isMember,
  isServerSpace,
  listOf,
  type Member,
  memberOf,
  type NewRule,
  type Preview,
  type Role,
  type ServerSpace,
} from "./shapes.ts";

export interface NewInvitation {
  readonly role: Role;
  /** Only the account with this e-mail address may accept it. */
  readonly email?: string;
  /** How many may accept it; 1 where left out. */
  readonly uses?: number;
  /** How long it holds; 7 where left out, at most 90. */
  readonly days?: number;
}

export interface Calls {
  list(): Promise<ServerSpace[]>;
  setUp(name: string, body: { title?: string; rules?: readonly Json[] }): Promise<void>;
  members(name: string): Promise<Member[]>;
  setRole(name: string, userId: string, role: Role): Promise<void>;
  remove(name: string, userId: string): Promise<void>;
  leave(name: string): Promise<void>;
  handOver(name: string, userId: string): Promise<void>;
  invite(name: string, invitation: NewInvitation): Promise<Invitation & { readonly code: string }>;
  invitations(name: string): Promise<Invitation[]>;
  revoke(name: string, id: string): Promise<void>;
  preview(code: string): Promise<Preview>;
  accept(code: string): Promise<{ readonly name: string; readonly role: Role }>;
}

const encode = encodeURIComponent;

/** @param signal ends all that is under way */
export function createCalls(
  { transport, environment }: Pick<Inside, "transport" | "environment">,
  signal: AbortSignal,
): Calls {
  async function call(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: Json,
  ): Promise<unknown> {
    if (signal.aborted) throw new SynclineError("closed");
    if (!environment.online())
      throw new SynclineError("offline", "This needs the server, and there is no network now.");
    if (transport.call === undefined)
      throw new SynclineError("config", "This client's transport can only sync: it has no `call`.");
    return await transport.call(
      { method, path, ...(body === undefined ? {} : { body }) },
      { signal },
    );
  }

  const asked = <Of>(answer: Of | undefined): Of => {
    if (answer === undefined) throw noAnswer();
    return answer;
  };

  return {
    async list() {
      const spaces: ServerSpace[] = [];
      for (let after = ""; ; after = spaces.at(-1)?.name ?? "") {
        const answer = await call("GET", `spaces?after=${encode(after)}`);
        const page = asked(listOf(answer, "spaces", isServerSpace));
        spaces.push(...page);
        if (memberOf(answer, "more") !== true || page.length === 0) return spaces;
      }
    },
    async setUp(name, body) {
      await call("PUT", encode(name), body as Json); // titles and rules are
    },
    members: async (name) =>
      asked(listOf(await call("GET", `${encode(name)}/members`), "members", isMember)),
    async setRole(name, userId, role) {
      await call("PUT", `${encode(name)}/members/${encode(userId)}`, { role });
    },
    async remove(name, userId) {
      await call("DELETE", `${encode(name)}/members/${encode(userId)}`);
    },
    async leave(name) {
      await call("DELETE", `${encode(name)}/membership`);
    },
    async handOver(name, userId) {
      await call("POST", `${encode(name)}/owner`, { userId });
    },
    async invite(name, invitation) {
      const answer = await call("POST", `${encode(name)}/invitations`, { ...invitation });
      if (!isInvitation(answer) || typeof memberOf(answer, "code") !== "string") throw noAnswer();
      return answer as Invitation & { readonly code: string }; // as was just looked at
    },
    invitations: async (name) =>
      asked(listOf(await call("GET", `${encode(name)}/invitations`), "invitations", isInvitation)),
    async revoke(name, id) {
      await call("DELETE", `${encode(name)}/invitations/${encode(id)}`);
    },
    async preview(code) {
      const answer = await call("POST", "invitations/preview", { code });
      if (typeof memberOf(answer, "name") !== "string") throw noAnswer();
      return answer as Preview; // the server's own shape
    },
    async accept(code) {
      const answer = await call("POST", "invitations/accept", { code });
      if (typeof memberOf(answer, "name") !== "string") throw noAnswer();
      return answer as { name: string; role: Role }; // the server's own shape
    },
  };
}

/** A rule under an id that follows from where it is: adding it once more changes nothing. */
export function ruleToJson(
  name: string,
  { user, item, action, type }: NewRule,
  index: number,
): Json {
  return { id: `${name.slice(0, 100)}-${index}`, user, item, action, type };
}
