// The billing gate: asks the credits service whether a user's sync is active.

import { SynclineError, withoutEnd } from "@syncline/core";
import type { GateDefinition } from "../../engine/gate.ts";

export interface ManaBillingOptions {
  /** Where the credits service is: `http://localhost:3061`. */
  readonly url: string;
  /** What it is shown, so that it answers. */
  readonly serviceKey: string;
  /** How long it may take to answer before it counts as away; 2 seconds where left out. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2_000;
const MAX_BYTES = 64 * 1024;

/**
 * Makes the gate for a server's option `gate`.
 * @throws {SynclineError} `config` when the address is none
 */
export function manaBilling({ url, serviceKey, timeoutMs }: ManaBillingOptions): GateDefinition {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new SynclineError("config", "The address of the credits service is no URL.", {
      path: "manaCreditsUrl",
    });
  }
  const base = withoutEnd(url, "/");
  return {
    async ask({ userId }) {
      const path = `/api/v1/internal/sync/status/${encodeURIComponent(userId)}`;
      const answer = await fetch(base + path, {
        headers: { "x-service-key": serviceKey },
        redirect: "error", // the key is for this service alone
        signal: AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS),
      });
      if (answer.status !== 200) {
        await answer.body?.cancel();
        throw new Error(`the credits service answered ${answer.status}`);
      }
      const text = await answer.text();
      if (text.length > MAX_BYTES) throw new Error("the credits service answered too much");
      const status: unknown = JSON.parse(text);
      // An answer without it means no.
      return (
        typeof status === "object" &&
        status !== null &&
        "active" in status &&
        status.active === true
      );
    },
  };
}
