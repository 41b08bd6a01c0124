// What this device has open: the person's session and his data, for the components that end one or both.

import { createContext, useContext } from "react";
import type { KansoClient } from "./open.ts";
import type { Account, Session } from "./session.ts";
import { type Source, useSource } from "./source.ts";

interface OpenDevice {
  readonly session: Session;
  readonly client: KansoClient;
  readonly lastSync: Source<number | null>;
}

const Context = createContext<OpenDevice | undefined>(undefined);

export const DeviceProvider = Context.Provider;

export function useDevice(): OpenDevice {
  const device = useContext(Context);
  if (device === undefined) throw new Error("Nothing is open around this.");
  return device;
}

/** Null: a guest. */
export function useAccount(): Account | null {
  return useSource(useDevice().session.account);
}

/** Whose data is on this device: somebody who may be signed out. Null: a guest's. */
export function useOwner(): Account | null {
  return useSource(useDevice().session.owner);
}

/** When this device last had everything, in milliseconds since 1970; null: never. */
export function useLastSync(): number | null {
  return useSource(useDevice().lastSync);
}
