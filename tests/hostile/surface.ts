// All that a server can be asked, and with what: a route or socket that is not in here makes the suite fail.

import { syncRequest } from "./fixture.ts";

export interface Asked {
  /** Nobody is asked who he is. */
  readonly open?: true;
  /** By whom it can be asked: `root` is the first user of simple-sync, `admin` has an admin key, `service` mana's. */
  readonly as?: "root" | "admin" | "service";
  /** A body that is good. */
  readonly body?: unknown;
  /** What an answer with 500 says that is meant: an original's clients are told so. */
  readonly meant?: string;
  /** It goes on until somebody ends it. */
  readonly stream?: true;
}

const OPEN: Asked = { open: true };
const READ: Asked = {};
const CREDENTIALS = { email: "fuzz@example.org", password: "orange-kite-42" };
const CREDENTIAL = { id: "AAAA", rawId: "AAAA", type: "public-key" };
const CLIENT_DATA = Buffer.from('{"type":"webauthn.get","challenge":"AAAA"}').toString("base64url");
const NEW_CREDENTIAL = {
  ...CREDENTIAL,
  response: { clientDataJSON: CLIENT_DATA, attestationObject: "oA" },
};
const SIGNED_CREDENTIAL = {
  ...CREDENTIAL,
  response: { clientDataJSON: CLIENT_DATA, authenticatorData: "AAAA", signature: "AAAA" },
};
const EVENT = {
  uuid: "0199c82c-c07b-7c88-a7a2-26e11ad1204c",
  timestamp: 1_760_000_000,
  user: ".root",
  item: "thing",
  action: "add",
  payload: "{}",
};
const RULE = { user: "*", item: "*", action: "*", type: "allow" };
const KIT_EVENT = { id: "e1", type: "T", aggregate_id: "a", data: 1, metadata: null };
const ENTRY = { habit_id: "h", completion_date: "2026-03-02T19:10:00+01:00", value: 1 };
const MANA = {
  clientId: "laptop",
  since: "",
  changes: [{ table: "tasks", id: "k1", op: "insert", data: { id: "k1", title: "x" } }],
};
const PAGES = [
  "GET /docs",
  "GET /docs/json",
  "GET /docs/static/*",
  "GET /docs/static/index.html",
  "GET /docs/static/swagger-initializer.js",
  "GET /docs/yaml",
  "HEAD /docs/static/*",
  "GET /openapi.json",
  "GET /",
  "GET /health",
  "HEAD /health",
  "GET /ready",
  "HEAD /ready",
  "GET /metrics",
  "HEAD /metrics",
  "GET /api/v1/health",
  "GET /swagger/doc.json",
  "GET /swagger/index.html",
  "GET /ws",
  "GET /ws/:appId",
  "OPTIONS *",
];
const kit = (method: string): [string, Asked] => [
  `${method} /kit/:space/*`,
  method === "GET" ? READ : { body: [{ event: KIT_EVENT, version: "" }] },
];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ADMIN: Asked = { as: "admin" };
const ADMIN_ROUTES: readonly [string, Asked][] = [
  ["GET /v1/admin/key", ADMIN],
  ["GET /v1/admin/keys", ADMIN],
  ["GET /v1/admin/consumers", ADMIN],
  ["GET /v1/admin/dead-letters", ADMIN],
  ["POST /v1/admin/consumers/:consumer/retry", { ...ADMIN, body: { space: "todo/team" } }],
  ["GET /v1/admin/overview", ADMIN],
  ["GET /v1/admin/backups", ADMIN],
  ["GET /v1/admin/audit", ADMIN],
  ["GET /v1/admin/spaces", ADMIN],
  ["GET /v1/admin/spaces/:app/:space", ADMIN],
  ["DELETE /v1/admin/spaces/:app/:space", ADMIN],
  ["GET /v1/admin/users", ADMIN],
  ["GET /v1/admin/users/:user", ADMIN],
  ["DELETE /v1/admin/users/:user", ADMIN],
  ["GET /v1/admin/users/:user/export", ADMIN],
  ["POST /v1/admin/users/:user/lock", ADMIN],
  ["POST /v1/admin/users/:user/unlock", ADMIN],
  ["POST /v1/admin/users/:user/sign-out", ADMIN],
  ["POST /v1/admin/users/:user/reset", ADMIN],
  ["GET /v1/admin/users/:user/keys", ADMIN],
  ["POST /v1/admin/users/:user/keys", { ...ADMIN, body: { description: "fuzz" } }],
  ["DELETE /v1/admin/users/:user/keys/:key", ADMIN],
];
const SERVICE: Asked = { as: "service" };
/** What mana answers to methods, and below its own addresses to paths, that it does not have. */
const REFUSED = [
  ...["/sync/*", "/ws/*", "/backup/*", "/internal/*"].flatMap((path) =>
    METHODS.map((method) => `${method} ${path}`),
  ),
  ...["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"].map((one) => `${one} /sync/:appId`),
  ...["POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((one) => `${one} /sync/:appId/pull`),
  ...["/sync/:appId/stream", "/backup/export"].flatMap((path) =>
    ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((one) => `${one} ${path}`),
  ),
];

export const SURFACE: ReadonlyMap<string, Asked> = new Map<string, Asked>([
  ...PAGES.map((route): [string, Asked] => [route, OPEN]),
  ...REFUSED.map((route): [string, Asked] => [route, OPEN]),
  ...ADMIN_ROUTES,
  ["POST /v1/:app/:space/sync", { body: syncRequest("fuzz", 1) }],
  ["GET /v1/:app/:space/changes", READ],
  ["GET /v1/:app/:space/records/:collection/:id/explain", READ],
  ["GET /v1/:app/:space/members", READ],
  ["PUT /v1/:app/:space/members/:userId", { body: { role: "reader" } }],
  ["DELETE /v1/:app/:space/members/:userId", READ],
  ["POST /v1/:app/:space/owner", { body: { userId: "bob" } }],
  ["DELETE /v1/:app/:space/membership", READ],
  ["GET /v1/:app/spaces", READ],
  ["PUT /v1/:app/:space", { body: { title: "Fuzz" } }],
  ["POST /v1/:app/:space/invitations", { body: { role: "reader" } }],
  ["GET /v1/:app/:space/invitations", READ],
  ["DELETE /v1/:app/:space/invitations/:id", READ],
  ["POST /v1/:app/invitations/preview", { body: { code: "guessed" } }],
  ["POST /v1/:app/invitations/accept", { body: { code: "guessed" } }],
  ["GET /v1/:app/:space/rules", READ],
  ["POST /v1/:app/:space/rules", { body: { rules: [RULE] } }],
  ["GET /v1/:app/:space/live", { stream: true }],
  ["POST /accounts/register", { open: true, body: CREDENTIALS }],
  ["POST /accounts/login", { open: true, body: CREDENTIALS }],
  ["POST /accounts/refresh", { open: true, body: { refreshToken: "x" } }],
  ["POST /accounts/sign-out", OPEN],
  ["GET /accounts/mail", OPEN],
  ["POST /accounts/mail", { open: true, body: { email: "fuzz@example.org", purpose: "reset" } }],
  ["POST /accounts/verify", { open: true, body: { token: "x" } }],
  ["POST /accounts/reset", { open: true, body: { token: "x", newPassword: "another one" } }],
  ["POST /accounts/sign-in", { open: true, body: { token: "x" } }],
  ["GET /accounts/providers", OPEN],
  // Of no provider that there is: nobody out there is asked.
  ["POST /accounts/providers/start", { open: true, body: { provider: "nobody" } }],
  ["POST /accounts/providers/finish", { open: true, body: { flow: "x", search: "code=x" } }],
  ["GET /accounts/passkeys", READ],
  ["POST /accounts/passkeys", { body: { credential: NEW_CREDENTIAL } }],
  ["POST /accounts/passkeys/start", { body: { password: "wrong one" } }],
  ["PUT /accounts/passkeys/:id", { body: { name: "phone" } }],
  ["DELETE /accounts/passkeys/:id", READ],
  ["GET /accounts/passkeys/sign-in", OPEN],
  ["POST /accounts/passkeys/sign-in/start", OPEN],
  ["POST /accounts/passkeys/sign-in", { open: true, body: { credential: SIGNED_CREDENTIAL } }],
  ["POST /accounts/password", { body: { password: "wrong one", newPassword: "another one" } }],
  ["GET /accounts/devices", READ],
  ["DELETE /accounts/devices/:id", READ],
  ["GET /accounts/me", READ],
  ["DELETE /accounts/me", READ],
  ["POST /sync/:appId", { body: MANA }],
  ["GET /sync/:appId/pull", READ],
  ["HEAD /sync/:appId/pull", READ],
  ["GET /sync/:appId/stream", { stream: true }],
  ["GET /backup/export", READ],
  ["POST /internal/sync/:appId", { ...SERVICE, body: { ...MANA, userId: "carla" } }],
  ["DELETE /internal/users/:userId", SERVICE],
  ...["GET", "POST", "PUT", "PATCH", "DELETE"].map(kit),
  ["POST /api/v1/user/exchangeToken", { open: true, body: { token: "ABCD-1234" } }],
  ["POST /auth/token", { open: true, body: { username: "a", password: "b" } }],
  ["POST /api/v1/auth/token", { open: true, body: { username: "a", password: "b" } }],
  ["GET /api/v1/events", { as: "root" }],
  ["POST /api/v1/events", { as: "root", body: [EVENT] }],
  ["GET /events", { as: "root" }],
  ["POST /events", { as: "root", body: [EVENT] }],
  ["POST /api/v1/acl", { as: "root", body: [RULE] }],
  [
    "POST /api/v1/user/generateToken",
    { as: "root", body: { user: "bob" }, meant: '{"error":"User not found"}' },
  ],
  ["POST /api/v1/user/resetKey", { as: "root", body: { user: "bob" } }],
  ["GET /api/v1/auth/validate", READ],
  ["POST /api/v1/auth/register", { open: true, body: CREDENTIALS }],
  ["POST /api/v1/auth/login", { open: true, body: CREDENTIALS }],
  ["DELETE /api/v1/auth/user", READ],
  ["POST /api/v1/habits", { body: { title: "Cello" } }],
  ["GET /api/v1/habits", READ],
  ["GET /api/v1/habits/sync", READ],
  ["GET /api/v1/habits/:id", READ],
  ["PUT /api/v1/habits/:id", { body: { title: "Cello", version: 1 } }],
  ["DELETE /api/v1/habits/:id", READ],
  ["POST /api/v1/entries", { body: ENTRY }],
  ["GET /api/v1/entries", READ],
  ["GET /api/v1/entries/sync", READ],
  ["PUT /api/v1/entries/:id", { body: { ...ENTRY, version: 1 } }],
  ["DELETE /api/v1/entries/:id", READ],
  ["GET /api/v1/stats/weekly", READ],
  ["GET /api/v1/stats/progress", READ],
  ["GET /api/v1/export", READ],
]);

/** Good answers of these would end what others need. */
export const FINAL =
  /accounts\/me|auth\/user|resetKey|DELETE \/accounts\/devices|DELETE \/v1\/admin/;

/** Sockets, each with messages that it takes. */
export const SOCKETS: ReadonlyMap<string, readonly object[]> = new Map([
  [
    "SOCKET /v1/live",
    [
      { type: "subscribe", space: "todo/team", cursor: null },
      { type: "unsubscribe", space: "todo/team" },
      { type: "push", ref: 1, space: "todo/team", ...syncRequest("fuzz", 1) },
      { type: "presence", space: "todo/team", state: { at: 1 } },
      { type: "spaces", app: "todo" },
      { type: "ping" },
    ],
  ],
  ["SOCKET /ws", [{ type: "ping" }, { type: "auth", token: "x" }]],
  ["SOCKET /ws/:appId", [{ type: "ping" }, { type: "auth", token: "x" }]],
]);

/** A route's address with its parameters filled in. */
export function addressOf(route: string): { readonly method: string; readonly path: string } {
  const [method = "", template = ""] = route.split(" ");
  const path = template
    .replace(":appId", "todo")
    .replace(":app", "todo")
    .replace("/kit/:space", "/kit/shop")
    .replace(":space", "team")
    .replace(":collection", "todos")
    .replace(":id", "t1")
    .replace(":userId", "mallory")
    .replace(":user", "mallory")
    .replace(":key", "0199c82c-c07b-7c88-a7a2-26e11ad1204c")
    .replace("*", method === "GET" ? "pull" : "push");
  return { method, path: path.startsWith("/") ? path : `/${path}` };
}
