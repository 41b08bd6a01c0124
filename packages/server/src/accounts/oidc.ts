// Signing in by providers of OpenID Connect: authorisation code with PKCE, state and nonce. The app sends the person there and
// gives back what he comes back with; what was asked is kept here, for one use, by whoever holds the flow's token.

import { createHash, randomBytes } from "node:crypto";
import { SynclineError } from "@syncline/core";
import type { Locks } from "../auth/locks.ts";
import type { AccountRow, AccountStore, Identity } from "../store/account-port.ts";
import type { Account, From, SignedIn } from "./accounts.ts";
import type { Attempts } from "./attempts.ts";
import { isEmail } from "./credentials.ts";
import { isHere, type Provider } from "./oidc-provider.ts";
import { NO_PASSWORD } from "./password.ts";
import { proveAddress } from "./prove.ts";
import type { Sessions } from "./sessions.ts";
import { newUserId } from "./user-id.ts";

export interface Departure {
  /** Where the person signs in. */
  readonly url: string;
  /** For `finish`, once. The app keeps it in the tab, so that nobody else's answer is taken for this person's. */
  readonly flow: string;
}

export interface Oidc {
  readonly providers: readonly { readonly name: string; readonly title: string }[];
  /** @throws {SynclineError} `not_found`, `rate_limited`, or `unavailable` when the provider is away */
  start(provider: string, from: From): Promise<Departure>;
  /**
   * @param search what the provider's redirect has behind the `?`
   * @throws {SynclineError} `unauthenticated` when it is no answer to this flow, or not accepted; `forbidden` when the
   *   provider does not say that the address is verified; `account_locked`, `quota_exceeded`
   */
  finish(flow: string, search: string, from: From & { readonly device: string }): Promise<SignedIn>;
}

export interface OidcOptions {
  readonly providers: readonly Provider[];
  readonly store: AccountStore;
  readonly attempts: Attempts;
  readonly sessions: Sessions;
  readonly locks: Pick<Locks, "refuse">;
  now(): number;
  open(account: Account, device: string): Promise<SignedIn>;
  failed(what: string, thrown: unknown): void;
}

/** What is kept of a departure. */
interface Kept {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

type Library = typeof import("openid-client");
type Configuration = import("openid-client").Configuration;

const FLOW_MS = 10 * 60_000;
const FLOW_BYTES = 32;
const TIMEOUT_SECONDS = 10;

export function createOidc(options: OidcOptions): Oidc {
  const { providers, store, attempts, now } = options;
  const found = new Map<string, Promise<Configuration>>();

  /** What the provider says of itself, asked once; again where that failed. */
  async function discover(library: Library, provider: Provider): Promise<Configuration> {
    const { name, issuer, clientId, clientSecret } = provider;
    const url = new URL(issuer);
    const discovered =
      found.get(name) ??
      library.discovery(url, clientId, clientSecret, undefined, {
        timeout: TIMEOUT_SECONDS,
        execute: [
          library.enableNonRepudiationChecks,
          ...(url.protocol === "http:" && isHere(url) ? [library.allowInsecureRequests] : []),
        ],
      });
    found.set(name, discovered);
    try {
      return await discovered;
    } catch (cause) {
      found.delete(name);
      options.failed(`asking the provider ${name} what it offers`, cause);
      throw new SynclineError("unavailable", "The provider can't be reached. Try again later.", {
        cause,
      });
    }
  }

  async function take(flow: string): Promise<Kept | undefined> {
    const link = await store.takeLink(hashOf(flow), now());
    return link && (JSON.parse(link.secret) as Kept); // as `start` wrote it
  }

  /** Whose account it is: by the identity, by the verified address, or a new one. */
  async function accountOf(
    identity: Identity,
    email: string | undefined,
    from: From,
  ): Promise<AccountRow | undefined> {
    const known = await store.byIdentity(identity);
    if (known !== undefined) return await store.byUser(known);
    if (email === undefined)
      throw new SynclineError(
        "forbidden",
        "The provider does not say that your e-mail address is verified. Verify it there, or sign in in another way.",
      );
    const row = (await store.byEmail(email)) ?? (await newAccount(email, from));
    if (row === undefined) return undefined;
    await options.locks.refuse(row.userId);
    await proveAddress(row, options);
    if (await store.addIdentity(identity, row.userId)) return row;
    // Somebody was faster, with the same identity.
    const owner = await store.byIdentity(identity);
    return owner === undefined ? undefined : await store.byUser(owner);
  }

  async function newAccount(email: string, { address }: From): Promise<AccountRow | undefined> {
    await attempts.registration(address);
    const atMs = now();
    const userId = newUserId(email, undefined);
    const row = { userId, email, secret: NO_PASSWORD, createdAtMs: atMs, verifiedAtMs: atMs };
    return (await store.create(row)) ? row : await store.byEmail(email);
  }

  return {
    providers: providers.map(({ name, title }) => ({ name, title: title ?? name })),
    async start(name, { address }) {
      const provider = providers.find((one) => one.name === name);
      if (provider === undefined)
        throw new SynclineError("not_found", "There is no such provider.", { path: "provider" });
      await attempts.departure(address);
      const library = await import("openid-client");
      const configuration = await discover(library, provider);
      const verifier = library.randomPKCECodeVerifier();
      const [state, nonce] = [library.randomState(), library.randomNonce()];
      const kept: Kept = { provider: name, state, nonce, verifier };
      const flow = randomBytes(FLOW_BYTES).toString("base64url");
      const link = { hash: hashOf(flow), purpose: "oidc", userId: "", email: "" } as const;
      const expiresAtMs = now() + FLOW_MS;
      await store.keepLink({ ...link, secret: JSON.stringify(kept), expiresAtMs }, now());
      const url = library.buildAuthorizationUrl(configuration, {
        redirect_uri: provider.redirectUrl,
        scope: provider.scope ?? "openid email",
        state,
        nonce,
        code_challenge: await library.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, flow };
    },
    async finish(flow, search, from) {
      const kept = await take(flow);
      const provider = providers.find(({ name }) => name === kept?.provider);
      if (kept === undefined || provider === undefined) throw over();
      const library = await import("openid-client");
      const configuration = await discover(library, provider);
      const answer = new URL(provider.redirectUrl);
      answer.search = search;
      const checks = {
        pkceCodeVerifier: kept.verifier,
        expectedState: kept.state,
        expectedNonce: kept.nonce,
        idTokenExpected: true,
      };
      const claims = await library
        .authorizationCodeGrant(configuration, answer, checks)
        .then((tokens) => tokens.claims())
        .catch((cause: unknown) => {
          if (isOurs(cause)) options.failed(`signing in by ${provider.name}`, cause);
          throw over(cause);
        });
      if (claims === undefined) throw over();
      const { iss: issuer, sub: subject, email, email_verified: isVerified } = claims;
      const address = typeof email === "string" ? email.trim().toLowerCase() : "";
      const shown = isVerified === true && isEmail(address) ? address : undefined;
      const row = await accountOf({ issuer, subject }, shown, from);
      if (row === undefined) throw over();
      return await options.open({ userId: row.userId, email: row.email }, from.device);
    },
  };
}

/** That the provider does not take this server for its client is for the operator to mend. */
function isOurs(thrown: unknown): boolean {
  return thrown instanceof Error && "error" in thrown && thrown.error === "invalid_client";
}

function over(cause?: unknown): SynclineError {
  return new SynclineError(
    "unauthenticated",
    "The provider's answer was not accepted. Begin to sign in again.",
    cause === undefined ? {} : { cause },
  );
}

function hashOf(flow: string): string {
  return createHash("sha256").update(`oidc.${flow}`).digest("base64url");
}
