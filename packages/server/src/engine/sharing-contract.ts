// What the engine does for people who share spaces: lists, titles, invitations, owners.

import type { SpaceAddress } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { ListedSpace, Role } from "../store/port.ts";
import type { NewRule } from "./contract.ts";

export type { ListedSpace } from "../store/port.ts";

export interface SpaceList {
  readonly spaces: readonly ListedSpace[];
  /** True: there are more after the last of these. */
  readonly more: boolean;
}

export interface SpaceSetUp {
  readonly title?: string;
  readonly rules?: readonly NewRule[];
}

export interface NewInvitation {
  readonly role: Role;
  /** Only an account with this e-mail address may accept it. */
  readonly email?: string;
  /** How many may accept it; 1 where left out. */
  readonly uses?: number;
  /** How long it holds, in milliseconds; a week where left out. */
  readonly forMs?: number;
}

/** An invitation as those see it who gave it out. */
export interface Invitation {
  readonly id: string;
  readonly role: Role;
  readonly usesLeft: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly by: string;
  /** It is for an account with one e-mail address. */
  readonly forAddress: boolean;
}

/** What somebody is invited to. */
export interface InvitationPreview {
  readonly space: string;
  readonly title: string;
  readonly role: Role;
  readonly by: string;
  readonly expiresAtMs: number;
}

export interface SharingEngine {
  /** The caller's shared spaces in an app, by name, after `after`. */
  spaces(
    principal: Principal,
    app: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<SpaceList>;
  /** Makes a space where the caller may, gives it a title and adds rules. For owners; repeating it changes nothing. */
  setUpSpace(principal: Principal, address: SpaceAddress, setUp: SpaceSetUp): Promise<void>;
  /**
   * Makes another member the owner in the caller's place, who becomes a writer.
   * @throws {SynclineError} `not_found` where that user is no member, `forbidden`
   */
  handOver(principal: Principal, address: SpaceAddress, userId: string): Promise<void>;
  /**
   * Makes an invitation. The code is given here and never again.
   * @throws {SynclineError} `forbidden` where the app does not let the caller invite, or not to this role;
   *   `quota_exceeded` with too many open ones; `invalid`
   */
  invite(
    principal: Principal,
    address: SpaceAddress,
    invitation: NewInvitation,
  ): Promise<Invitation & { readonly code: string }>;
  /** Those that can still be accepted: for owners all of the space, for others their own. */
  invitations(principal: Principal, address: SpaceAddress): Promise<Invitation[]>;
  /** @throws {SynclineError} `not_found` where the caller could not see it in `invitations` */
  revokeInvitation(principal: Principal, address: SpaceAddress, id: string): Promise<void>;
  /** @throws {SynclineError} `not_found` where the code is good for nothing, `forbidden` where it is somebody else's */
  previewInvitation(principal: Principal, app: string, code: string): Promise<InvitationPreview>;
  /** Makes the caller a member. Repeating it changes nothing. Throws what `previewInvitation` throws. */
  acceptInvitation(
    principal: Principal,
    app: string,
    code: string,
  ): Promise<{ readonly space: string; readonly role: Role }>;
  /** Tells that the user's spaces, sessions or keys may have changed: hints. Gives the function that ends it. */
  watchUser(userId: string, changed: () => void): () => void;
}
