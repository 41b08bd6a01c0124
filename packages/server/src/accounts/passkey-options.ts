// Where passkeys are good: pages of which origins make and use them, and the domain that they are kept for.

import { SynclineError } from "@syncline/core";
import { isHere } from "./oidc-provider.ts";

export interface PasskeyOptions {
  /** The origins of the app's pages, as browsers send them: `https://app.example.com`. */
  readonly origins: readonly string[];
  /**
   * The domain that devices keep passkeys for (the "relying party id"): the origins' host, or a domain above it. Passkeys
   * are lost when it changes. The host of the first origin where left out.
   */
  readonly rpId?: string;
  /** What devices call the app; the `rpId` where left out. */
  readonly name?: string;
}

/** Checked, and with nothing left out. */
export type PasskeyPlace = Required<PasskeyOptions>;

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** @throws {SynclineError} `config` for origins that browsers have no passkeys for, or that the domain is not of */
export function readPasskeyOptions({ origins, rpId, name }: PasskeyOptions): PasskeyPlace {
  const hosts = origins.map((origin) => {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (url === undefined || url.origin !== origin) throw wrong(`${origin} is no origin.`);
    if (!(url.protocol === "https:" || (url.protocol === "http:" && isHere(url))))
      throw wrong(`${origin}: passkeys need https, but on localhost.`);
    return url.hostname;
  });
  const domain = rpId ?? hosts[0];
  if (domain === undefined) throw wrong("Passkeys need the origins of the app's pages.");
  if (!DOMAIN.test(domain))
    throw wrong(`${domain}: passkeys are for a domain, not for an address.`);
  const other = hosts.find((host) => host !== domain && !host.endsWith(`.${domain}`));
  if (other !== undefined) throw wrong(`${other} is not of the domain ${domain}.`);
  return { origins, rpId: domain, name: name ?? domain };
}

/** The place of the page that mails lead to, where browsers have passkeys for such a one. */
export function placeOfPage(page: string | undefined): PasskeyPlace | undefined {
  if (page === undefined || !URL.canParse(page)) return undefined;
  try {
    return readPasskeyOptions({ origins: [new URL(page).origin] });
  } catch {
    return undefined;
  }
}

function wrong(message: string): SynclineError {
  return new SynclineError("config", message, { path: "passkeys" });
}
