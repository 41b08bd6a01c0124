// Who was refused a space over a socket, and is told as soon as he is let in.

import type { Principal } from "../auth/principal.ts";
import type { Engine } from "../engine/contract.ts";
import { addressOf } from "./requests.ts";

export interface Knocks {
  readonly size: number;
  names(): string[];
  begin(name: string, principal: () => Principal): void;
  end(name: string): void;
}

/** @param letIn a space may be read from now on */
export function createKnocks(engine: Engine, letIn: (name: string) => void): Knocks {
  const watched = new Map<string, () => void>();

  function end(name: string): void {
    watched.get(name)?.();
    watched.delete(name);
  }

  return {
    get size() {
      return watched.size;
    },
    names: () => [...watched.keys()],
    begin(name, principal) {
      end(name);
      const stop = engine.watch({ space: name }, ({ type }) => {
        if (type !== "members") return;
        engine.admit(principal(), addressOf(name), "read").then(
          () => {
            if (watched.get(name) !== stop) return;
            end(name);
            letIn(name);
          },
          () => undefined, // still refused
        );
      });
      watched.set(name, stop);
    },
    end,
  };
}
