// Planted bugs of rights: what happens to devices when one is given or withdrawn.

import type { Engine } from "@syncline/server";
import { changed, type PlantedBug } from "./planted-bug.ts";

export const RIGHTS_BUGS: readonly PlantedBug[] = [
  {
    name: "a reader's write blocks reading",
    foundBy: /V1/,
    server: () => ({
      wrapEngine: (engine) =>
        changed<Engine>(engine, {
          async sync(principal, address, request) {
            if (request.mutations.length > 0) await engine.admit(principal, address, "write");
            return await engine.sync(principal, address, request);
          },
        }),
    }),
  },
];
