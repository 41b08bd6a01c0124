// Lists, members and invitations as they come over the network or from the device's store: checked before use.

import type { ErrorBody, Json } from "@syncline/core";

export type Role = "reader" | "writer" | "owner";

/** A space in the list of one's own. */
export interface ListedSpace {
  readonly name: string;
  readonly role: Role;
  /** Empty where nobody gave it one. */
  readonly title: string;
  /** When one became a member, in milliseconds since 1970; null where that was not noted. */
  readonly sinceMs: number | null;
  /** Something was committed since one last looked, by `reading`. */
  readonly unread: boolean;
  /** `making`: the server does not have it yet. `refused`: it said no, and `error` says why. */
  readonly state: "shared" | "making" | "refused";
  readonly error?: ErrorBody;
}

export interface Member {
  readonly userId: string;
  readonly role: Role;
}

/** An invitation that can still be accepted. */
export interface Invitation {
  readonly id: string;
  readonly role: Role;
  readonly usesLeft: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Who invited. */
  readonly by: string;
  /** Only the account with one e-mail address may accept it. */
  readonly forAddress: boolean;
}

/** What a code invites to. */
export interface Preview {
  readonly name: string;
  readonly title: string;
  readonly role: Role;
  readonly by: string;
  readonly expiresAt: number;
}

/** A space as the server lists it. */
export interface ServerSpace {
  readonly name: string;
  readonly role: Role;
  readonly title: string;
  readonly since: number | null;
  readonly stamp: number;
}

/** A space that was made on this device and that the server has not taken yet. */
export interface Making {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly NewRule[];
  /** Null once they are written on the device. */
  readonly records: Records | null;
  readonly error: ErrorBody | null;
}

/** An access rule: see the guide on access rules. */
export interface NewRule {
  readonly user: string;
  readonly item: string;
  readonly action: string;
  readonly type: "allow" | "deny";
}

export type Records = {
  readonly [collection: string]: readonly { readonly [field: string]: Json }[];
};

/** What the device keeps of the list. */
export interface KeptList {
  /** The server has said which they are. */
  readonly known: boolean;
  readonly spaces: readonly ServerSpace[];
  readonly making: readonly Making[];
  /** The stamps up to which one has looked, by space. */
  readonly seen: { readonly [name: string]: number };
}

/** What changed of the list, as a server says it. */
export interface SpacesFrame {
  /** True: what is not named is not there. */
  readonly whole: boolean;
  readonly gone: readonly string[];
  readonly spaces: readonly unknown[];
}

type Bag = { readonly [name: string]: unknown };

const ROLES: readonly unknown[] = ["reader", "writer", "owner"];

function isBag(value: unknown): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isServerSpace(value: unknown): value is ServerSpace {
  return (
    isBag(value) &&
    typeof value["name"] === "string" &&
    typeof value["title"] === "string" &&
    ROLES.includes(value["role"]) &&
    Number.isSafeInteger(value["stamp"])
  );
}

export function isSpacesFrame(value: unknown): value is SpacesFrame {
  return isBag(value) && Array.isArray(value["gone"]) && Array.isArray(value["spaces"]);
}

export function isMember(value: unknown): value is Member {
  return isBag(value) && typeof value["userId"] === "string" && ROLES.includes(value["role"]);
}

export function isInvitation(value: unknown): value is Invitation {
  return isBag(value) && typeof value["id"] === "string" && ROLES.includes(value["role"]);
}

/** A member of an answer; undefined where the answer has another shape. */
export function memberOf(answer: unknown, name: string): unknown {
  return isBag(answer) ? answer[name] : undefined;
}

export function listOf<Of>(
  answer: unknown,
  name: string,
  isOne: (value: unknown) => value is Of,
): Of[] | undefined {
  const list = memberOf(answer, name);
  return Array.isArray(list) ? list.filter(isOne) : undefined;
}
