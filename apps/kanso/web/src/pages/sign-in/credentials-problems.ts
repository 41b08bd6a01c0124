// What is wrong with an address or a password, before the server is asked and after.

import { AccountError, type AccountProblem } from "../../data/account-problem.ts";
import type { Credentials } from "../../data/session.ts";
import type { AccountMessages } from "../../i18n/messages/en/account.ts";

export type Mode = "signIn" | "register";

/** At a field, or of the whole. */
export interface Problems {
  readonly email?: string;
  readonly password?: string;
  readonly whole?: string;
}

/** As the server counts: characters, whatever they are. */
export const MIN_PASSWORD = 8;

export function lengthOf(password: string): number {
  return [...password].length;
}

/** What can be told without the server; undefined: nothing. */
export function problemsBefore(
  { email, password }: Credentials,
  mode: Mode,
  text: AccountMessages,
): Problems | undefined {
  const atEmail = email.trim() === "" ? text.missing : /.@./.test(email) ? "" : text.badEmail;
  const isShort = mode === "register" && lengthOf(password) < MIN_PASSWORD;
  const atPassword = password === "" ? text.missing : isShort ? text.badPassword : "";
  if (atEmail === "" && atPassword === "") return undefined;
  return {
    ...(atEmail === "" ? {} : { email: atEmail }),
    ...(atPassword === "" ? {} : { password: atPassword }),
  };
}

export function problemsAfter(thrown: unknown, text: AccountMessages): Problems {
  if (!(thrown instanceof AccountError)) return { whole: text.failed };
  switch (thrown.problem) {
    case "taken":
      return { email: text.taken };
    case "email":
      return { email: text.badEmail };
    case "password":
      return { password: text.badPassword };
    default:
      return { whole: problemText(thrown, text) };
  }
}

/** A problem in words. */
export function problemText(thrown: unknown, text: AccountMessages): string {
  const problem: AccountProblem = thrown instanceof AccountError ? thrown.problem : "failed";
  switch (problem) {
    case "wrong":
      return text.wrong;
    case "taken":
      return text.taken;
    case "email":
      return text.badEmail;
    case "password":
      return text.badPassword;
    case "offline":
      return text.offlineProblem;
    case "over":
      return text.over;
    case "busy": {
      const seconds = thrown instanceof AccountError ? thrown.retrySeconds : undefined;
      return seconds === undefined ? text.busy : text.busyFor(seconds);
    }
    case "link":
      return text.linkOver;
    case "absent":
    case "other":
    case "failed":
      return text.failed;
    default:
      return problem satisfies never;
  }
}
