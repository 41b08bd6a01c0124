// What is done by mail: a new password, showing that an address is one's own, signing in without a password.

import { askServer } from "./account-problem.ts";

export type MailPurpose = "verify" | "reset" | "sign-in";

/** What a mail's link leads here with. */
export interface MailLink {
  readonly purpose: MailPurpose;
  /** Good once. */
  readonly token: string;
}

/** @param hash of the page's address: `#reset=<token>` */
export function readMailLink(hash: string): MailLink | undefined {
  const [, purpose, token] = /^#(verify|reset|sign-in)=([\w-]+)$/.exec(hash) ?? [];
  if (token === undefined || !isPurpose(purpose)) return undefined;
  return { purpose, token };
}

/**
 * Has a mail sent, where the address has an account; nobody learns whether it has.
 * @throws {AccountError} `absent` where the server sends no mails
 */
export async function askMail(purpose: MailPurpose, email: string): Promise<void> {
  await askServer("/accounts/mail", { body: { purpose, email } });
}

/** @returns the address that is now known to be its owner's @throws {AccountError} */
export async function verifyAddress(token: string): Promise<string> {
  const answer = await askServer("/accounts/verify", { body: { token } });
  const { email } = (await answer.json()) as { readonly email: string }; // as the server's page of its API says
  return email;
}

/** All devices are signed out with it. @throws {AccountError} */
export async function resetPassword(token: string, newPassword: string): Promise<void> {
  await askServer("/accounts/reset", { body: { token, newPassword } });
}

function isPurpose(value: string | undefined): value is MailPurpose {
  return value === "verify" || value === "reset" || value === "sign-in";
}
