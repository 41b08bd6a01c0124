// Sharing: lists of spaces, and how people come to be members of them.

import { parseSpace, SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import type { AddressOf } from "../auth/address-of.ts";
import type { Principal } from "../auth/principal.ts";
import type { Bus } from "../bus/port.ts";
import { USERS_CHANNEL } from "../bus/port.ts";
import type { InvitationRow, Role, Store } from "../store/port.ts";
import {
  type AdmitOptions,
  admit,
  admitToApp,
  forbidden,
  isInScope,
  refusalOfApp,
  suffices,
} from "./admit.ts";
import type { Engine } from "./contract.ts";
import type { EngineEnvironment } from "./environment.ts";
import { createInvitationCodes } from "./invitation-codes.ts";
import type { Invitation, NewInvitation, SharingEngine } from "./sharing-contract.ts";

export interface SharingOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly apps: ReadonlyMap<string, AppDefinition>;
  readonly environment: EngineEnvironment;
  readonly admission: AdmitOptions;
  readonly addRules: Engine["addRules"];
  /** The e-mail address of an account; undefined: none is known. */
  readonly addressOf: AddressOf | undefined;
  /** Says that who may use a space has changed, or what it is called. */
  tellMembers(space: string, users: readonly string[]): void;
}

const RANK: { readonly [role in Role]: number } = { reader: 0, writer: 1, owner: 2 };
const MAX_TITLE_LENGTH = 200;
const MAX_USES = 1_000;
const MAX_OPEN = 100;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MAX_MS = 90 * DAY_MS;

export function createSharing(options: SharingOptions): SharingEngine {
  const { store, apps, environment, admission } = options;
  const { sharing } = store;
  const codes = createInvitationCodes({ settings: store.settings, environment });

  /** The invitation of a code, for the caller who may accept it. */
  async function opened(principal: Principal, app: string, code: string): Promise<InvitationRow> {
    await admitToApp(principal, app, admission);
    const row = await sharing.invitation(await codes.hash(code));
    if (row === undefined || parseSpace(row.space).app !== app) throw unknownInvitation();
    if (!isInScope(principal, parseSpace(row.space), "write")) throw forbidden();
    if (row.addressHash === "") return row;
    const address = await options.addressOf?.(principal);
    if (address !== undefined && (await codes.hash(plainAddress(address))) === row.addressHash)
      return row;
    throw new SynclineError(
      "forbidden",
      "This invitation is for another e-mail address: sign in with the account that has it.",
      { path: "code" },
    );
  }

  const canBeAccepted = ({ usesLeft, expiresAtMs }: InvitationRow) =>
    usesLeft > 0 && expiresAtMs > environment.now();

  async function checkMayInvite(
    principal: Principal,
    space: string,
    { role, email }: NewInvitation,
  ): Promise<void> {
    if (principal.operator === true) return;
    const address = parseSpace(space);
    const held = await store.role(space, principal.userId);
    if (held === undefined || RANK[held] < RANK[role]) throw forbidden();
    const rule = apps.get(address.app)?.sharing?.invite ?? "owner";
    if (typeof rule === "string") {
      if (RANK[held] < RANK[rule]) throw forbidden();
      return;
    }
    const answer = await rule(principal, address, {
      held,
      role,
      byAddress: email !== undefined,
    });
    if (answer !== true) throw answer === false ? forbidden() : answer;
  }

  /** Whose invitations of a space the caller sees: everybody's, or the caller's own. */
  async function sees(
    principal: Principal,
    space: string,
  ): Promise<(row: InvitationRow) => boolean> {
    const all =
      principal.operator === true || (await store.role(space, principal.userId)) === "owner";
    return ({ by }) => all || by === principal.userId;
  }

  return {
    async spaces(principal, app, { after, limit }) {
      await admitToApp(principal, app, admission);
      const found = await sharing.spacesOf({
        userId: principal.userId,
        app,
        after: after === "" ? "" : `${app}/${after}`,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      return {
        spaces: page.filter(({ space }) => isInScope(principal, parseSpace(space), "read")),
        more: found.length > limit,
      };
    },

    async setUpSpace(principal, address, { title, rules = [] }) {
      if (title !== undefined && (title.length > MAX_TITLE_LENGTH || !title.isWellFormed()))
        throw new SynclineError("invalid", `A title has at most ${MAX_TITLE_LENGTH} characters.`, {
          path: "title",
        });
      const { space } = await admit(principal, address, "manage", admission);
      if (rules.length > 0) await options.addRules(principal, address, rules);
      if (title === undefined || title === ((await sharing.title(space)) ?? "")) return;
      await sharing.setTitle(space, title);
      options.tellMembers(space, []);
    },

    async handOver(principal, address, userId) {
      const { space } = await admit(principal, address, "manage", admission);
      if (address.name.startsWith("~"))
        throw new SynclineError("invalid", "A personal space stays its user's.", { path: "space" });
      if (!(await sharing.handOver(space, principal.userId, userId)))
        throw new SynclineError(
          "not_found",
          "An owner hands a space over to another member: invite that user first.",
          { path: "userId" },
        );
      options.tellMembers(space, [principal.userId, userId]);
    },

    async invite(principal, address, invitation) {
      const { space, address: resolved } = await admit(principal, address, "read", admission);
      const { role, email, uses = 1, forMs = WEEK_MS } = invitation;
      if (resolved.name.startsWith("~"))
        throw new SynclineError(
          "invalid",
          "Nobody is invited to a personal space: make a shared one.",
          { path: "space" },
        );
      checkWithin(uses, MAX_USES, "uses");
      checkWithin(forMs, MAX_MS, "forMs");
      if (email !== undefined && options.addressOf === undefined)
        throw new SynclineError(
          "invalid",
          "This server knows no addresses of its users: invite by link, or give createServer `addressOf`.",
          { path: "email" },
        );
      await checkMayInvite(principal, space, invitation);
      const nowMs = environment.now();
      if ((await sharing.invitations(space, nowMs)).length >= MAX_OPEN)
        throw new SynclineError(
          "quota_exceeded",
          `A space has at most ${MAX_OPEN} open invitations: revoke one first.`,
        );
      const code = codes.fresh();
      const row: InvitationRow = {
        id: environment.randomId(),
        space,
        role,
        codeHash: await codes.hash(code),
        addressHash: email === undefined ? "" : await codes.hash(plainAddress(email)),
        usesLeft: uses,
        expiresAtMs: nowMs + forMs,
        createdAtMs: nowMs,
        by: principal.userId,
      };
      await sharing.invite(row);
      return { ...toInvitation(row), code };
    },

    async invitations(principal, address) {
      const { space } = await admit(principal, address, "read", admission);
      const rows = await sharing.invitations(space, environment.now());
      return rows.filter(await sees(principal, space)).map(toInvitation);
    },

    async revokeInvitation(principal, address, id) {
      const { space } = await admit(principal, address, "read", admission);
      const rows = await sharing.invitations(space, environment.now());
      const isSeen = await sees(principal, space);
      const seen = rows.some((row) => row.id === id && isSeen(row));
      if (!seen || !(await sharing.revoke(space, id)))
        throw new SynclineError("not_found", "There is no such invitation that is still open.", {
          path: "id",
        });
    },

    async previewInvitation(principal, app, code) {
      const row = await opened(principal, app, code);
      if (!canBeAccepted(row)) throw unknownInvitation();
      const { space, role, by, expiresAtMs } = row;
      return { space, title: (await sharing.title(space)) ?? "", role, by, expiresAtMs };
    },

    async acceptInvitation(principal, app, code) {
      const row = await opened(principal, app, code);
      const { space, role, codeHash } = row;
      const { userId } = principal;
      const held = await store.role(space, userId);
      if (held !== undefined && RANK[held] >= RANK[role]) return { space, role: held };
      const address = parseSpace(space);
      const refusal = await refusalOfApp(principal, { address, role }, "read", admission);
      if (refusal !== undefined) throw refusal;
      if (role === "owner" && (await store.owned(userId)) >= admission.spacesPerUser)
        throw new SynclineError(
          "quota_exceeded",
          `You own as many spaces as one may, ${admission.spacesPerUser}.`,
        );
      if (!(await sharing.accept(codeHash, userId, environment.now()))) throw unknownInvitation();
      options.tellMembers(space, [userId]);
      return { space, role };
    },

    watchUser: (userId, changed) =>
      options.bus.subscribe(USERS_CHANNEL, (message) => {
        if (message.type === "gap" || (message.type === "user" && message.userId === userId))
          changed();
      }),
  };
}

/** Whether the caller is a member and the app shows members to members, or an owner. */
export async function admitToMembers(
  principal: Principal,
  address: Parameters<Engine["members"]>[1],
  { store, apps, admission }: Pick<SharingOptions, "store" | "apps" | "admission">,
): Promise<string> {
  const open = apps.get(address.app)?.sharing?.seeMembers === "members";
  const { space, role } = await admit(principal, address, open ? "read" : "manage", admission);
  // Whom `everyone` lets in is no member.
  if (!suffices(role, "manage") && (await store.role(space, principal.userId)) === undefined)
    throw forbidden();
  return space;
}

function toInvitation(row: InvitationRow): Invitation {
  const { id, role, usesLeft, expiresAtMs, by, addressHash } = row;
  return { id, role, usesLeft, expiresAtMs, by, forAddress: addressHash !== "" };
}

/** The same for codes that never were, have expired, were revoked or used up: who guesses learns nothing. */
function unknownInvitation(): SynclineError {
  return new SynclineError(
    "not_found",
    "This invitation is not good any more, or never was: ask for another one.",
    { path: "code" },
  );
}

function checkWithin(value: number, max: number, path: string): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return;
  throw new SynclineError("invalid", `This is a whole number from 1 to ${max}.`, { path });
}

function plainAddress(email: string): string {
  return email.trim().toLowerCase();
}
