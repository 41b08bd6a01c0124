// Who lives here, what they may do, and what happens to chores.

import { event } from "@syncline/client/simple";
import type { AccessRule } from "@syncline/core";

export interface Person {
  readonly user: string;
  readonly name: string;
  readonly role: string;
}

export const PEOPLE: readonly Person[] = [
  { user: "parent.pat", name: "Pat", role: "parent" },
  { user: "child.kim", name: "Kim", role: "child" },
];

/** Parents do everything with chores; children tick them off. */
export const RULES: readonly AccessRule[] = [
  { user: "parent.*", item: "chore.*", action: "*", type: "allow" },
  { user: "child.*", item: "chore.*", action: "done", type: "allow" },
  { user: "child.*", item: "chore.*", action: "reopen", type: "allow" },
];

type Nothing = Record<string, never>;

export const EVENTS = {
  add: event<{ title: string }>(),
  done: event<Nothing>(),
  reopen: event<Nothing>(),
  remove: event<Nothing>(),
};

/** How people call somebody. */
export function nameOf(user: string): string {
  return PEOPLE.find((person) => person.user === user)?.name ?? user;
}
