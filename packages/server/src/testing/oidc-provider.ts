// A provider of OpenID Connect for tests: it signs in whoever it is told to, without a page, and can be told to lie.

import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** What a provider says of somebody. */
export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs a person in at the address that an app was given, and gives what is behind the `?` of the redirect. */
  signIn(url: string, person: Person): string;
  /** What the next tokens say instead. */
  lie(claims: { readonly [name: string]: unknown }): void;
  /** Signs the next tokens with a key that is not published. */
  useOtherKey(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Grant {
  readonly person: Person;
  readonly asked: URLSearchParams;
}

export const TEST_CLIENT = { clientId: "syncline", clientSecret: "a secret of the client" };

/** Starts a provider on a free port of 127.0.0.1. */
export async function startTestProvider(): Promise<TestProvider> {
  const keys = await generateKeyPair("RS256");
  const other = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const grants = new Map<string, Grant>();
  let lies: { readonly [name: string]: unknown } = {};
  let signing = keys.privateKey;
  let issuer = "";

  async function token(form: URLSearchParams): Promise<object | undefined> {
    const code = form.get("code") ?? "";
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isGood =
      form.get("client_id") === TEST_CLIENT.clientId &&
      form.get("client_secret") === TEST_CLIENT.clientSecret &&
      form.get("redirect_uri") === grant?.asked.get("redirect_uri") &&
      challenge === grant?.asked.get("code_challenge");
    if (grant === undefined || !isGood) return undefined;
    const claims = { ...grant.person, nonce: grant.asked.get("nonce"), ...lies };
    const idToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .setIssuer(String(lies["iss"] ?? issuer))
      .setAudience(String(lies["aud"] ?? TEST_CLIENT.clientId))
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(signing);
    return { access_token: "x", token_type: "Bearer", expires_in: 300, id_token: idToken };
  }

  const server = createServer(async (request, response) => {
    const say = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    switch (request.url) {
      case "/.well-known/openid-configuration":
        return say(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
          code_challenge_methods_supported: ["S256"],
        });
      case "/jwks":
        return say(200, { keys: [jwk] });
      case "/token": {
        let body = "";
        for await (const chunk of request) body += String(chunk);
        const answer = await token(new URLSearchParams(body));
        return answer === undefined ? say(400, { error: "invalid_grant" }) : say(200, answer);
      }
      default:
        return say(404, {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    issuer,
    ...TEST_CLIENT,
    signIn(url, person) {
      const asked = new URL(url).searchParams;
      const code = randomBytes(16).toString("base64url");
      grants.set(code, { person, asked });
      return new URLSearchParams({ code, state: asked.get("state") ?? "" }).toString();
    },
    lie(claims) {
      lies = claims;
    },
    useOtherKey() {
      signing = other.privateKey;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
