// Why a server cannot listen, in words that say what to do.

import { SynclineError } from "@syncline/core";

export function listenError(thrown: unknown, host: string, port: number): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const reasons: { readonly [code: string]: string } = {
    EADDRINUSE: `Port ${port} is taken by another program: end it, or choose another with --port.`,
    EACCES: `Port ${port} needs more rights than this process has: choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${host}.`,
  };
  const reason = typeof code === "string" ? reasons[code] : undefined;
  return reason === undefined ? thrown : new SynclineError("config", reason, { cause: thrown });
}
