// The session of a site on the server's own origin: what renews it is in a cookie that no script reads, and that no other
// site sends. A page that runs somebody else's script then has a token for a while, and not the session.

import { SynclineError } from "@syncline/core";
import type { Call, Headers } from "../protocol/port.ts";

/** What of a request says which page sends it, and with what. */
export type Asking = Pick<Call, "header" | "host">;

const NAME = "syncline_session";
const PATH = "/accounts";
const TOKEN = /^[A-Za-z0-9_.-]{1,200}$/;

/**
 * The token in the request's cookie.
 * @returns undefined where there is none
 * @throws {SynclineError} `forbidden` where another site's page asks, or nobody says whose page it is
 */
export function cookieToken(call: Asking): string | undefined {
  const token = (call.header("cookie") ?? "")
    .split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);
  if (token === undefined || !TOKEN.test(token)) return undefined;
  checkOrigin(call);
  return token;
}

/**
 * The header that keeps a session in the browser.
 * @throws {SynclineError} `forbidden` for a page of another origin
 */
export function keepInCookie(
  call: Asking,
  { refreshToken, idleSeconds }: { readonly refreshToken: string; readonly idleSeconds: number },
): Headers {
  const { protocol } = checkOrigin(call);
  const secure = protocol === "https:" ? "; Secure" : "";
  return {
    "set-cookie": `${NAME}=${refreshToken}; HttpOnly; SameSite=Strict; Path=${PATH}; Max-Age=${Math.max(0, idleSeconds)}${secure}`,
  };
}

/** The header that takes it away again. */
export const DROPPED_COOKIE: Headers = {
  "set-cookie": `${NAME}=; HttpOnly; SameSite=Strict; Path=${PATH}; Max-Age=0`,
};

/** Browsers say with every such request whose page sends it. */
export function checkOrigin({ header, host }: Asking): URL {
  const origin = header("origin") ?? "";
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const site = header("sec-fetch-site") ?? "same-origin";
  if (url !== undefined && url.host === host && site === "same-origin") return url;
  throw new SynclineError(
    "forbidden",
    "A session in a cookie is for pages of this server alone: keep the refresh token yourself.",
  );
}
