// What to say of a call that a browser gave no answer to: browsers tell a page nothing of why.

import { SynclineError } from "@syncline/core";
import type { DoubtOptions } from "./doubt.ts";

interface Unreached extends Pick<DoubtOptions, "fetch" | "timeout"> {
  readonly url: string;
  /** The origin of the page; undefined outside of browsers. */
  readonly origin: string | undefined;
  /** So long the server may take to say that it is there. */
  readonly patienceMs: number;
}

/**
 * Looks whether the server is there, and lets pages of this origin read its answers. A page may ask without being
 * allowed to read (`no-cors`): what is answered then, and not otherwise, lacks the CORS header.
 * @returns `offline`, which passes by itself, with the likely cause where there is one
 */
export async function whyUnreached(
  thrown: unknown,
  { url, origin, fetch: ask, timeout, patienceMs }: Unreached,
): Promise<SynclineError> {
  const offline = (message?: string) => new SynclineError("offline", message, { cause: thrown });
  // A page's own server needs no header.
  if (origin === undefined || !/^https?:/.test(url) || new URL(url).origin === origin)
    return offline();
  if (origin.startsWith("https:") && url.startsWith("http:")) {
    return offline(
      `${url} was not reached: browsers let no page of https:// call an address of http://. Give the server a certificate.`,
    );
  }
  const answers = (mode: RequestMode) =>
    ask(`${url}/health`, { mode, cache: "no-store", signal: timeout(patienceMs) }).then(
      () => true,
      () => false,
    );
  const fix = `Start the server with --cors-origins ${origin}`;
  if (!(await answers("no-cors"))) {
    return offline(
      `${url} was not reached. If it runs and can be opened from here, this page's policy (Content-Security-Policy: connect-src) forbids it, or it does not let pages of ${origin} in: ${fix}.`,
    );
  }
  if (await answers("cors")) return offline(); // it is back
  return offline(
    `${url} answers, and no page of ${origin} may read that: the CORS header is missing. ${fix}. (Behind a network's login page it looks the same.)`,
  );
}
