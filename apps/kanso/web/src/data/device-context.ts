// What this device has open: the person's session and his data, for the components that end one or both.

import { createContext, useContext } from "react";
import type { KansoClient } from "./open.ts";
import type { Account, Session } from "./session.ts";
import { useSource } from "./source.ts";

interface OpenDevice {
  readonly session: Session;
  readonly client: KansoClient;
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
