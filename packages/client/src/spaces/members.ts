// The members of a space as a live list: what the device last heard at once, and what the server says as it changes.

import type { Inside } from "../inside.ts";
import { createDerived, type Observable } from "../query/observable.ts";
import type { Calls, NewInvitation } from "./calls.ts";
import { type Invitation, isMember, type Member, type Role } from "./shapes.ts";

export interface MembersResult {
  /** False until the device or the server has said who they are. */
  readonly ready: boolean;
  readonly members: readonly Member[];
}

/** The members of one space. What changes anything needs the server, and throws `offline` without a network. */
export interface Members {
  /** Who they are: for owners, and for members where the app shows them to each other. */
  readonly list: Observable<MembersResult>;
  setRole(userId: string, role: Role): Promise<void>;
  remove(userId: string): Promise<void>;
  /** Makes another member the owner in one's own place; one becomes a writer. */
  handOver(userId: string): Promise<void>;
  /** The code is given once: put it into a link, or into a mail to the address. */
  invite(invitation: NewInvitation): Promise<Invitation & { readonly code: string }>;
  invitations(): Promise<Invitation[]>;
  revoke(id: string): Promise<void>;
}

export interface MembersOptions extends Pick<Inside, "store" | "emit"> {
  readonly name: string;
  readonly calls: Calls;
  /** Told when it is worth while to ask again. Gives what ends it. */
  onHint(listener: () => void): () => void;
  /** A change was made: the list of spaces may say something else. */
  changed(): void;
}

const NONE: MembersResult = Object.freeze({ ready: false, members: Object.freeze([]) });

export function createMembers(options: MembersOptions): Members {
  const { name, calls, store } = options;
  const key = `members ${name}`;
  let held: MembersResult = NONE;
  let fresh = false;
  const listeners = new Set<() => void>();
  const failed = (thrown: unknown) =>
    options.emit({ type: "failed", what: "a listener of members", thrown });

  function take(members: readonly Member[]): void {
    if (held.ready && JSON.stringify(members) === JSON.stringify(held.members)) return;
    held = { ready: true, members };
    for (const listener of [...listeners]) listener();
  }

  async function ask(): Promise<void> {
    const members = await calls.members(name);
    fresh = true;
    take(members);
    await store.keep(
      key,
      members.map(({ userId, role }) => ({ userId, role })),
    );
  }

  async function readKept(): Promise<void> {
    const kept = await store.kept(key);
    if (!fresh && Array.isArray(kept)) take(kept.filter(isMember));
  }

  // Without an answer, what was heard before stays: the next hint asks again.
  const refresh = () => void ask().catch(() => undefined);

  const changing =
    <Given extends readonly unknown[]>(change: (...given: Given) => Promise<void>) =>
    async (...given: Given): Promise<void> => {
      await change(...given);
      await ask().catch(() => undefined); // who hands over, or leaves, may not see them any more
      options.changed();
    };

  return {
    list: createDerived<MembersResult>({
      initial: NONE,
      start(update) {
        listeners.add(update);
        readKept().catch(() => undefined); // the server is asked, too
        refresh();
        const stop = options.onHint(refresh);
        return () => {
          listeners.delete(update);
          stop();
        };
      },
      read: () => held,
      onError: failed,
    }),
    setRole: changing((userId: string, role: Role) => calls.setRole(name, userId, role)),
    remove: changing((userId: string) => calls.remove(name, userId)),
    handOver: changing((userId: string) => calls.handOver(name, userId)),
    invite: (invitation) => calls.invite(name, invitation),
    invitations: () => calls.invitations(name),
    revoke: (id) => calls.revoke(name, id),
  };
}
