// The views of those who were here lately: as many as fit, the one that was not used longest goes first.

import type { Principal } from "@syncline/server";
import { createPersonalView, type PersonalView, type ViewEnvironment } from "./personal-view.ts";

/** Records kept at hand, of all people together: about a kilobyte each. */
const MAX_RECORDS = 200_000;
const MAX_PEOPLE = 10_000;

export interface Views {
  /** A person's view, up to date. */
  of(principal: Principal): Promise<PersonalView>;
  /** Keeps nothing of a person any more. */
  forget(userId: string): void;
}

export function createViews(environment: ViewEnvironment): Views {
  const views = new Map<string, PersonalView>();

  /** The last used stand last. */
  function makeRoom(): void {
    let records = 0;
    for (const view of views.values()) records += view.size;
    for (const [userId, view] of views) {
      if (records <= MAX_RECORDS && views.size <= MAX_PEOPLE) return;
      if (views.size === 1) return;
      views.delete(userId);
      records -= view.size;
    }
  }

  return {
    async of(principal) {
      const { userId } = principal;
      const known = views.get(userId);
      const view = known ?? createPersonalView({ userId }, environment);
      views.delete(userId);
      views.set(userId, view);
      const before = view.size;
      await view.refresh();
      if (known === undefined || view.size > before) makeRoom();
      return view;
    },
    forget: (userId) => void views.delete(userId),
  };
}
