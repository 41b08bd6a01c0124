// What a planted bug is, and how it is put between the parts.

import type { ServerSetup, WorldOptions } from "@syncline/client/testing";
import type { Collections } from "./workload.ts";

/** What a bug may use of the world that it is planted in. */
export interface Tools {
  sleep(ms: number): Promise<void>;
}

export interface PlantedBug {
  readonly name: string;
  /** The checks of which one must find it. */
  readonly foundBy: RegExp;
  server?(tools: Tools): ServerSetup;
  client?(tools: Tools): Partial<Pick<WorldOptions<Collections>, "wrapStore" | "wrapTransport">>;
}

export const NO_BUG: PlantedBug = { name: "none", foundBy: /$^/ };

/** A port with some of its methods replaced. */
export function changed<Port extends object>(port: Port, change: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name, receiver) => Reflect.get(name in change ? change : target, name, receiver),
  });
}
