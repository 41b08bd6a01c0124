// Mails by SMTP, and mails in a log for who develops. The library is loaded when the first mail is sent.

import { SynclineError } from "@syncline/core";
import type { SendMail } from "./mail.ts";

export interface SmtpOptions {
  /** `smtps://user:password@host`, or `smtp://…:587`, which goes over to TLS before it says who it is. */
  readonly url: string;
  /** Who mails are from: `Example <hello@example.com>`. */
  readonly from: string;
}

const CONNECT_MS = 10_000;
const SILENT_MS = 30_000;

/**
 * Sends mails by an SMTP server.
 *
 * @throws {SynclineError} `config` when the address is none of SMTP
 */
export function createSmtpMail({ url, from }: SmtpOptions): SendMail {
  const { protocol, username, hostname } = addressOf(url);
  const isHere = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return async ({ to, subject, text }) => {
    const { createTransport } = await import("nodemailer");
    const transport = createTransport({
      url,
      // A password goes over no wire in plain: somebody on the way could hide that the server knows TLS.
      requireTLS: protocol === "smtp:" && username !== "" && !isHere,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({ from, to: { name: "", address: to }, subject, text });
    } finally {
      transport.close();
    }
  };
}

/** Writes mails where a developer reads them. */
export function createPrintedMail(print: (text: string) => void): SendMail {
  return async ({ to, subject, text }) =>
    print(`--- Mail to ${to}: ${subject}\n${text}--- (not sent: no smtpUrl is set)\n`);
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol === "smtp:" || address?.protocol === "smtps:") return address;
  throw new SynclineError("config", "This is no address of the form smtps://user:password@host.", {
    path: "smtpUrl",
  });
}
