// @syncline/client/react: hooks for React 19.

import type { Definitions } from "../index.ts";
import { createHooks } from "./hooks.ts";

export { createHooks, type Hooks, type Mutation, type RecordResult } from "./hooks.ts";
export { useMembers, useSpaces } from "./spaces.ts";

/** The hooks without an app's types; `createHooks<typeof collections>()` gives typed ones. */
export const {
  SynclineProvider,
  useClient,
  useInbox,
  useMutation,
  useOutbox,
  usePresence,
  useQuery,
  useRecord,
  useSuspenseQuery,
  useSyncStatus,
} = createHooks<Definitions>();
