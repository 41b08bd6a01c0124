// The options of mails to people with accounts, and what they make.

import { SynclineError } from "@syncline/core";
import type { AccountOptions } from "../accounts/accounts.ts";
import { createPrintedMail, createSmtpMail } from "../accounts/smtp.ts";
import type { OptionSpec } from "./option-spec.ts";

export const MAIL_OPTIONS = {
  mailFrom: {
    kind: "text",
    description:
      "With accounts: who mails are from, and that there are any: Example <hello@example.com>. In development without smtpUrl they are printed",
    default: undefined,
    env: "SYNCLINE_MAIL_FROM",
    flag: "mail-from",
  },
  smtpUrl: {
    kind: "text",
    description: "The server that mails are sent by: smtps://user:password@host",
    default: undefined,
    env: "SYNCLINE_SMTP_URL",
    flag: "smtp-url",
    format: "smtp",
    secret: true,
  },
  mailLinkUrl: {
    kind: "text",
    description:
      "The app's page that mails lead to, with what it needs behind the #: https://app.example.com/account; where left out mails have codes to type",
    default: undefined,
    env: "SYNCLINE_MAIL_LINK_URL",
    flag: "mail-link-url",
    format: "http",
  },
  verification: {
    kind: "choice",
    description: "With mails: whether there is an account only once its address is verified",
    default: "later",
    env: "SYNCLINE_VERIFICATION",
    flag: "verification",
    choices: ["later", "required"],
  },
} as const satisfies { readonly [name: string]: OptionSpec };

export interface MailConfig {
  readonly mailFrom: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailLinkUrl: string | undefined;
  readonly verification: "later" | "required";
}

/**
 * @param print takes the mails of a server in development that has no SMTP server
 * @throws {SynclineError} `config` when something is missing
 */
export function mailOptions(
  config: MailConfig & { readonly mode: "development" | "production" },
  print: (text: string) => void,
): Pick<AccountOptions, "sendMail" | "mailLinkUrl" | "verification"> {
  const { mailFrom, smtpUrl, mailLinkUrl, verification, mode } = config;
  if (mailFrom === undefined) {
    const idle = smtpUrl ?? mailLinkUrl ?? (verification === "required" ? "" : undefined);
    if (idle === undefined) return {};
    throw missing("mailFrom", "Mails need to be from somebody: set mailFrom.");
  }
  if (smtpUrl === undefined && mode === "production")
    throw missing("smtpUrl", "Mails need a server to be sent by: set smtpUrl.");
  return {
    sendMail:
      smtpUrl === undefined
        ? createPrintedMail(print)
        : createSmtpMail({ url: smtpUrl, from: mailFrom }),
    ...(mailLinkUrl === undefined ? {} : { mailLinkUrl }),
    verification,
  };
}

function missing(path: string, message: string): SynclineError {
  return new SynclineError("config", message, { path });
}
