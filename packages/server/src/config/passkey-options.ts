// The options of passkeys, by which people with accounts sign in, and what they make.

import { SynclineError } from "@syncline/core";
import type { AccountOptions } from "../accounts/accounts.ts";
import { readPasskeyOptions } from "../accounts/passkey-options.ts";
import type { OptionSpec } from "./option-spec.ts";

export const PASSKEY_OPTIONS = {
  passkeyOrigins: {
    kind: "list",
    description:
      "With accounts: the origins of the app's pages on which people use passkeys: https://app.example.com. Where left out the origin of mailLinkUrl; without it, in development, this server's own on localhost",
    default: [],
    env: "SYNCLINE_PASSKEY_ORIGINS",
    flag: "passkey-origins",
    format: "origin",
  },
  passkeyRpId: {
    kind: "text",
    description:
      "The domain that passkeys are kept for: the origins' host, or a domain above it; they are lost when it changes. The host of the first origin where left out",
    default: undefined,
    env: "SYNCLINE_PASSKEY_RP_ID",
    flag: "passkey-rp-id",
  },
  passkeyName: {
    kind: "text",
    description: "What devices call the app when they show its passkeys; the domain where left out",
    default: undefined,
    env: "SYNCLINE_PASSKEY_NAME",
    flag: "passkey-name",
  },
} as const satisfies { readonly [name: string]: OptionSpec };

export interface PasskeyConfig {
  readonly passkeyOrigins: readonly string[];
  readonly passkeyRpId: string | undefined;
  readonly passkeyName: string | undefined;
}

/** @throws {SynclineError} `config` for origins that browsers have no passkeys for */
export function passkeyOptions({
  passkeyOrigins,
  passkeyRpId: rpId,
  passkeyName: name,
  mailLinkUrl,
  mode,
  port,
}: PasskeyConfig & {
  readonly mailLinkUrl: string | undefined;
  readonly mode: "development" | "production";
  readonly port: number;
}): Pick<AccountOptions, "passkeys"> {
  const more = { ...(rpId === undefined ? {} : { rpId }), ...(name === undefined ? {} : { name }) };
  const on = (origins: readonly string[]) => ({
    passkeys: readPasskeyOptions({ ...more, origins }),
  });
  const isPlain = Object.keys(more).length === 0;
  if (passkeyOrigins.length > 0) return on(passkeyOrigins);
  // Of itself the server takes the origin of that page, where it is fit for passkeys.
  if (mailLinkUrl !== undefined) return isPlain ? {} : on([new URL(mailLinkUrl).origin]);
  if (mode === "development" && port !== 0) return on([`http://localhost:${port}`]);
  if (isPlain) return {};
  throw new SynclineError("config", "Passkeys need the origins of the app's pages.", {
    path: "passkeyOrigins",
  });
}
