// How safe what is on this device is, and asking the browser to keep it.

import type { StorageHealth } from "@syncline/client";
import { useCallback, useEffect, useState } from "react";
import { useDevice } from "./device-context.ts";

export interface StorageState {
  /** Undefined until it is known, and where nobody says. */
  readonly health: StorageHealth | undefined;
  /** Asks the browser to keep everything. @returns whether it does */
  persist(): Promise<boolean>;
}

export function useStorageHealth(): StorageState {
  const { client } = useDevice();
  const [health, setHealth] = useState<StorageHealth>();
  const look = useCallback(
    () => client.storage().then(setHealth, () => undefined), // the client is being closed
    [client],
  );
  useEffect(() => void look(), [look]);
  return {
    health,
    async persist() {
      const kept = await navigator.storage.persist();
      await look();
      return kept;
    },
  };
}
