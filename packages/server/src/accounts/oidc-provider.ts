// A provider of OpenID Connect, as a server is told of it.

import { SynclineError } from "@syncline/core";

export interface Provider {
  /** What the app calls it: `google`. */
  readonly name: string;
  /** What people call it; the name where left out. */
  readonly title?: string;
  /** `https://accounts.google.com`: everything else is found from there. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** The app's page that the provider sends people back to; registered there, and without `?` and `#`. */
  readonly redirectUrl: string;
  /** `openid email` where left out. */
  readonly scope?: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const REQUIRED = ["name", "issuer", "clientId", "redirectUrl"] as const;
const OPTIONAL = ["title", "clientSecret", "scope"] as const;

/** @throws {SynclineError} `config` for what is no list of providers */
export function readProviders(given: unknown): readonly Provider[] {
  if (!Array.isArray(given)) throw wrong("Give a list of providers.");
  const providers = given.map((one: unknown, index) => {
    if (!isProvider(one))
      throw wrong(
        `Provider ${index + 1} needs name, issuer, clientId and redirectUrl, and may have title, clientSecret and scope.`,
      );
    check(one);
    return one;
  });
  const names = providers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`There are two providers ${twice}.`);
  return providers;
}

/** Whether an address is this machine's: for who develops, and for tests. */
export function isHere({ hostname }: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function isProvider(one: unknown): one is Provider {
  if (typeof one !== "object" || one === null) return false;
  const fields = new Map<string, unknown>(Object.entries(one));
  const known: readonly string[] = [...REQUIRED, ...OPTIONAL];
  return (
    [...fields].every(([name, value]) => known.includes(name) && typeof value === "string") &&
    REQUIRED.every((name) => fields.has(name))
  );
}

function check({ name, issuer, redirectUrl, scope = "openid email" }: Provider): void {
  if (!NAME.test(name)) throw wrong(`${name}: a name has lower case letters, digits and -.`);
  const at = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (at === undefined || !(at.protocol === "https:" || (at.protocol === "http:" && isHere(at))))
    throw wrong(`${name}: the issuer is an address of the form https://…`);
  const back = URL.canParse(redirectUrl) ? new URL(redirectUrl) : undefined;
  if (back === undefined || back.search !== "" || back.hash !== "" || !/^http/.test(back.protocol))
    throw wrong(`${name}: the redirectUrl is an address of the app, without ? and #.`);
  if (!scope.split(" ").includes("openid")) throw wrong(`${name}: the scope needs openid.`);
}

function wrong(message: string): SynclineError {
  return new SynclineError("config", message, { path: "oidcProviders" });
}
