// Mails to people with accounts: what they say, and what they lead to.

import type { LinkPurpose } from "../store/account-port.ts";

export interface Mail {
  readonly to: string;
  /** `known`: somebody registered with an address that has an account. */
  readonly purpose: LinkPurpose | "known";
  readonly subject: string;
  /** Plain text, in English; a hook may write its own, in any language. */
  readonly text: string;
  /** What may be used once, for the purpose. */
  readonly token?: string;
  /** The app's page with the token behind its `#`, where the server was told of a page. */
  readonly link?: string;
}

/** Sends a mail; it rejects where that cannot be done. */
export type SendMail = (mail: Mail) => Promise<void>;

const MINUTE_MS = 60_000;

export const LINK_MS: { readonly [purpose in LinkPurpose]: number } = {
  verify: 24 * 60 * MINUTE_MS,
  reset: 60 * MINUTE_MS,
  "sign-in": 15 * MINUTE_MS,
};

const WORDS: {
  readonly [purpose in LinkPurpose]: { readonly subject: string; readonly lead: string };
} = {
  verify: {
    subject: "Confirm your e-mail address",
    lead: "Somebody made an account with this address. If that was you, confirm the address. It can be done within a day.",
  },
  reset: {
    subject: "Choose a new password",
    lead: "Somebody asked for a new password for the account with this address. If that was you, choose one. It can be done within an hour, and signs all devices out.",
  },
  "sign-in": {
    subject: "Sign in",
    lead: "Somebody wants to sign in to the account with this address. If that was you, go on. It can be done within 15 minutes.",
  },
};

export function linkMail(
  to: string,
  purpose: LinkPurpose,
  { token, page }: { readonly token: string; readonly page: string | undefined },
): Mail {
  const { subject, lead } = WORDS[purpose];
  // Behind the `#`: browsers send that to nobody, so it is in no log, and no program that only looks at links uses it up.
  const link = page === undefined ? undefined : `${page}#${purpose}=${token}`;
  const way = link ?? `The code: ${token}`;
  const text = `${lead}\n\n${way}\n\nIf it was not you, do nothing: without this mail nobody can go on.\n`;
  return { to, purpose, subject, text, token, ...(link === undefined ? {} : { link }) };
}

export function knownMail(to: string): Mail {
  return {
    to,
    purpose: "known",
    subject: "You already have an account",
    text: "Somebody tried to make an account with this address. It has one already, and nothing was changed. If that was you, sign in, or ask for a new password.\n",
  };
}
