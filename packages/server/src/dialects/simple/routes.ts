// The routes of this dialect: their order of checks, statuses and texts are the original's.

import { checkRule, parseRule, ROOT_USER } from "@syncline/core";
import { auditedKeys } from "../../audit/audited.ts";
import type { Principal } from "../../auth/principal.ts";
import { type KeyStore, uuid7 } from "../../keys/index.ts";
import type { Answer, BodyRule, Call, Protocol, Route } from "../../protocol/port.ts";
import { VERSION } from "../../version.ts";
import { answerEvents } from "./answer.ts";
import { append } from "./append.ts";
import { formOf, identify } from "./caller.ts";
import type { LegacyUser, SimpleContext } from "./context.ts";
import {
  ACL_ITEM,
  ADD_RULE,
  checkLegacy,
  checkModern,
  LOG,
  readEvents,
  USER_ITEM,
} from "./event.ts";
import { type Members, membersOf } from "./members.ts";
import { Refusal, toRefusal } from "./refusal.ts";
import { createTokens, type Tokens } from "./tokens.ts";

const BASE = "/api/v1";
/** Bodies are JSON whatever their type says, and no larger than others are. */
const BODY: BodyRule = { as: "text", anyType: true, tooDeep: "invalid" };
const FIRST_PART = /^(?:\/api\/v1)?\/\w+/;
const MAX_DESCRIPTION = 256;
/** Rules that one request may add. */
const MAX_RULES = 1_000;

/** One for each first part of its addresses, so that what begins so and is none of them is answered in its words. */
export function createProtocols(context: SimpleContext): readonly Protocol[] {
  const { legacy } = context.options;
  const tokens =
    legacy === undefined ? undefined : createTokens(legacy.secret, () => context.now());
  const events = legacy === undefined ? [BASE] : [BASE, ""];
  const signIns = legacy === undefined || tokens === undefined ? [] : ["", BASE];
  const routes: readonly Route[] = [
    health(context),
    exchange(context),
    ...signIns.map(
      (prefix): Route => ({
        method: "POST",
        path: `${prefix}/auth/token`,
        open: true,
        body: BODY,
        async handle(call) {
          if (legacy === undefined || tokens === undefined) throw new Refusal(404, "Not found");
          return json({ token: await signIn(call, legacy, tokens, context) });
        },
      }),
    ),
    ...events.flatMap((prefix): Route[] => [
      {
        method: "GET",
        path: `${prefix}/events`,
        handle: (call) => answerEvents(call, context),
      },
      {
        method: "POST",
        path: `${prefix}/events`,
        body: BODY,
        async handle(call) {
          await push(context, call, jsonOf(call, "Invalid JSON format"));
          return await answerEvents(call, context);
        },
      },
    ]),
    {
      method: "POST",
      path: `${BASE}/acl`,
      body: BODY,
      async handle(call) {
        await addRules(context, call);
        return json({ message: "ACL events submitted" });
      },
    },
    {
      method: "POST",
      path: `${BASE}/user/generateToken`,
      body: BODY,
      async handle(call) {
        const { user, by } = await target(context, call, "generateToken");
        // Its clients know 404 as what is said of an address that there is not.
        if (!(await context.keys.hasUser(user))) return json({ error: "User not found" }, 500);
        const { code, expiresAtMs } = await keysFor(context, by).issueSetup(user);
        await note(context, by, user, "generateToken");
        return json({ expiresAt: new Date(expiresAtMs).toISOString(), token: code });
      },
    },
    {
      method: "POST",
      path: `${BASE}/user/resetKey`,
      body: BODY,
      async handle(call) {
        const { user, by } = await target(context, call, "resetKey");
        await keysFor(context, by).revokeAll(user);
        await note(context, by, user, "resetKey");
        return json({ message: "API keys invalidated successfully" });
      },
    },
  ];
  const parts = Map.groupBy(routes, ({ path }) => FIRST_PART.exec(path)?.[0] ?? "");
  return [...parts].map(([prefix, ofPart]) => ({
    name: "simple",
    prefix,
    routes: ofPart,
    identify: (call) => identify(call, context, tokens),
    refuse,
    notFound: (call) => notFound(call, ofPart),
  }));
}

/** An address with a slash at its end is that without it. */
function notFound({ method, path, url }: Call, routes: readonly Route[]): Answer {
  const short = path.slice(0, -1);
  const isThere = routes.some((route) => route.path === short && route.method === method);
  if (!path.endsWith("/") || !isThere)
    return { status: 404, type: "text/plain", body: "404 page not found" };
  const headers = { location: short + url.slice(path.length) };
  return { status: method === "GET" ? 301 : 307, headers };
}

function health({ now }: SimpleContext): Route {
  const startedAtMs = now();
  return {
    method: "GET",
    path: `${BASE}/health`,
    open: true,
    handle: () =>
      json({
        status: "healthy",
        timestamp: `${new Date(now()).toISOString().slice(0, 19)}Z`,
        version: VERSION,
        uptime: Math.floor((now() - startedAtMs) / 1000),
      }),
  };
}

function exchange(context: SimpleContext): Route {
  return {
    method: "POST",
    path: `${BASE}/user/exchangeToken`,
    open: true,
    body: BODY,
    async handle(call) {
      const body = objectOf(call, "Invalid request format");
      const token = body.get("token");
      const description = body.get("description") ?? "";
      const isText = typeof token === "string" && token !== "" && typeof description === "string";
      if (!isText || description.length > MAX_DESCRIPTION)
        throw new Refusal(400, "Invalid request format");
      const made = await context.keys.exchange(token, description);
      if (made === undefined) throw new Refusal(400, "Failed to exchange setup token");
      const { user, uuid } = made.info;
      // The key is shown this once, and its code is good no more: that nobody took note of it must not lose it.
      const actor = { kind: "user", id: user } as const;
      const act = { actor, action: "key.exchange", target: user, details: { key: uuid } } as const;
      await Promise.all([
        note(context, user, user, "exchangeToken"),
        context.audit.note(act),
      ]).catch((thrown: unknown) =>
        context.failed("noting that a setup code was exchanged", thrown),
      );
      return json({ apiKey: made.key, description, keyUuid: uuid, user });
    },
  };
}

async function push(context: SimpleContext, call: Call, body: unknown): Promise<void> {
  const { principal } = call;
  const form = formOf(call);
  const events = readEvents(body, form);
  const nowMs = context.now();
  if (form === "legacy") {
    const own = events.map((event) => checkLegacy(event, principal.userId, nowMs));
    return await append(context, principal, own, form);
  }
  const rule = events.find(({ item, action }) => item === ACL_ITEM && action.startsWith(".acl."));
  if (rule !== undefined) {
    throw new Refusal(400, "ACL events must be submitted via dedicated /api/v1/acl endpoint", {
      eventUuid: rule.uuid,
    });
  }
  const checked = events.map((event) => {
    const good = checkModern(event, nowMs);
    if (good.user !== principal.userId) {
      throw new Refusal(403, "Cannot submit events for other users", { eventUuid: event.uuid });
    }
    return good;
  });
  await append(context, principal, checked, form);
}

async function addRules(context: SimpleContext, call: Call): Promise<void> {
  const { engine, address } = context;
  const { principal } = call;
  const admitted = await context.admit(principal, "write");
  if (!(await engine.allows(admitted, { item: ACL_ITEM, action: ADD_RULE })))
    throw new Refusal(403, "Insufficient permissions");
  const body = jsonOf(call, "Invalid request format");
  const given: unknown = body ?? [];
  if (!Array.isArray(given)) throw new Refusal(400, "Invalid request format");
  const rules = given.map(readRule);
  if (rules.length === 0) throw new Refusal(400, "At least one ACL rule required");
  if (rules.length > MAX_RULES) throw new Refusal(400, `At most ${MAX_RULES} ACL rules at a time`);
  for (const rule of rules) {
    const problem = checkRule(rule);
    if (problem !== undefined) throw new Refusal(400, problem.message);
  }
  const nowMs = context.now();
  // The time in a UUID is that of its event: clients hold the two against each other.
  const checked = rules.map((rule) => ({ id: uuid7(nowMs), atMs: nowMs, rule: parseRule(rule) }));
  await engine.addRules(principal, address, checked);
}

function readRule(value: unknown) {
  const members = membersOf(value);
  const text = (name: string) => {
    const held = members?.get(name) ?? "";
    if (members === undefined || typeof held !== "string")
      throw new Refusal(400, "Invalid request format");
    return held;
  };
  return { user: text("user"), item: text("item"), action: text("action"), type: text("type") };
}

/**
 * Whom a request about a user is about, if its caller may do this to them: `.root`, a person by their own key, and whom
 * a rule lets that names it. Whoever may do it to somebody can become them.
 */
async function target(
  context: SimpleContext,
  call: Call,
  what: "generateToken" | "resetKey",
): Promise<{ user: string; by: string }> {
  const { principal } = call;
  const user = objectOf(call, "Invalid request format").get("user");
  if (typeof user !== "string" || user === "" || user.length > 128)
    throw new Refusal(400, "Invalid request format");
  const admitted = await context.admit(principal, "write");
  const { userId } = principal;
  const isOwnKey = user === userId && principal.keyId !== undefined;
  const question = { item: user, action: `.user.${what}`, named: true } as const;
  const may = isOwnKey ? isWhole(principal) : await context.engine.allows(admitted, question);
  // A rule over all users is no leave to become the one whom no rule holds back.
  if (!may || (user === ROOT_USER && userId !== ROOT_USER))
    throw new Refusal(403, "Insufficient permissions");
  return { user, by: userId };
}

/** Keys that note who makes or revokes them. */
function keysFor({ keys, audit }: SimpleContext, by: string): KeyStore {
  return auditedKeys(keys, audit, { kind: "user", id: by });
}

/** A key that ends, or is good for a part only, makes none that does not, or is good for more. */
function isWhole({ ends, scopes }: Principal): boolean {
  return ends !== true && scopes === undefined;
}

/** Writes into the history what happened to a user's keys. */
async function note(
  context: SimpleContext,
  by: string,
  user: string,
  what: "generateToken" | "exchangeToken" | "resetKey",
): Promise<void> {
  const nowMs = context.now();
  const admitted = await context.admit({ userId: by, vouched: true }, "write");
  const fields = {
    timestamp: Math.floor(nowMs / 1000),
    user: by,
    item: USER_ITEM + user,
    action: `.user.${what}`,
    payload: "{}",
  };
  await context.engine.note(admitted, [{ collection: LOG, id: uuid7(nowMs), fields }]);
}

async function signIn(
  call: Call,
  legacy: NonNullable<SimpleContext["options"]["legacy"]>,
  tokens: Tokens,
  context: SimpleContext,
): Promise<string> {
  const body = objectOf(call, "Invalid request format");
  const [username, password] = [body.get("username"), body.get("password")];
  const isText = typeof username === "string" && typeof password === "string";
  if (!isText || username === "" || password === "")
    throw new Refusal(400, "Invalid request format");
  const user =
    legacy.signIn === undefined
      ? await ownUser(context, username, password, call.address)
      : await legacy.signIn(username, password);
  if (user === undefined) throw new Refusal(401, "Invalid username or password");
  const { userUuid, isAdmin = false } = user;
  await context.keys.createUser(userUuid);
  return await tokens.issue({ userUuid, username, isAdmin });
}

async function ownUser(
  { signIn }: SimpleContext,
  ...given: Parameters<SimpleContext["signIn"]>
): Promise<LegacyUser | undefined> {
  const account = await signIn(...given);
  return account && { userUuid: account.userId };
}

function jsonOf({ body }: Call, otherwise: string): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : "") as unknown;
  } catch (thrown) {
    throw new Refusal(400, otherwise, { cause: thrown });
  }
}

function objectOf(call: Call, otherwise: string): Members {
  const members = membersOf(jsonOf(call, otherwise));
  if (members === undefined) throw new Refusal(400, otherwise);
  return members;
}

function json(value: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(value) };
}

function refuse(thrown: unknown): Answer {
  const { status, message, eventUuid, retryAfter } = toRefusal(thrown);
  return {
    ...json(eventUuid === undefined ? { error: message } : { error: message, eventUuid }, status),
    headers: retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) },
  };
}
