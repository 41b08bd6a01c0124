// React hooks over one's spaces: the list, and the members of one.

import { useSyncExternalStore } from "react";
import type { ListedSpace, MembersResult, Spaces } from "../spaces/index.ts";

const NO_SPACES: readonly ListedSpace[] = Object.freeze([]);
const NO_MEMBERS: MembersResult = Object.freeze({ ready: false, members: Object.freeze([]) });

/** The list of one's spaces, live, and without a network as it was last seen. */
export function useSpaces(spaces: Spaces): readonly ListedSpace[] {
  const { subscribe, getSnapshot } = spaces.list;
  return useSyncExternalStore(subscribe, getSnapshot, () => NO_SPACES);
}

/** Who the members of a space are, live. */
export function useMembers(spaces: Spaces, name: string): MembersResult {
  const { subscribe, getSnapshot } = spaces.members(name).list;
  return useSyncExternalStore(subscribe, getSnapshot, () => NO_MEMBERS);
}
