// Raises a space's stamp without writing anything else, so that a cursor that stands for several spaces misses nothing.

import { newSpace } from "./admit.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { EngineEnvironment } from "./environment.ts";

/** @returns whether the space's stamp was `from`, and is `to` now */
export async function raiseStamp(
  space: string,
  { from, to }: { readonly from: number; readonly to: number },
  { queue, environment }: { readonly queue: CommitQueue; readonly environment: EngineEnvironment },
): Promise<boolean> {
  if (to <= from) return true;
  return await queue.commit({
    space,
    create: newSpace(environment),
    records: [],
    decide(loaded) {
      if (loaded === undefined || loaded.head.stamp !== from) return { result: false };
      return {
        writes: { head: { ...loaded.head, stamp: to }, records: [], history: [] },
        result: true,
      };
    },
  });
}
