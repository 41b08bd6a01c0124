// The routes of this dialect: their order of checks, statuses and texts are the original's.

import { checkRule, ROOT_USER } from "@syncline/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { uuid7 } from "../../keys/index.ts";
import { VERSION } from "../../version.ts";
import { answerEvents } from "./answer.ts";
import { append } from "./append.ts";
import { identify } from "./caller.ts";
import type { Caller, SimpleContext } from "./context.ts";
import {
  ACL_ITEM,
  ADD_RULE,
  checkLegacy,
  checkModern,
  LOG,
  readEvents,
  USER_ITEM,
} from "./event.ts";
import { Refusal, toRefusal } from "./refusal.ts";
import { createTokens, type Tokens } from "./tokens.ts";

const BASE = "/api/v1";
const ROUTE = { schema: { hide: true } };
const MAX_DESCRIPTION = 256;
/** Rules that one request may add. */
const MAX_RULES = 1_000;

export function addRoutes(app: FastifyInstance, context: SimpleContext): void {
  const { legacy } = context.options;
  const tokens =
    legacy === undefined ? undefined : createTokens(legacy.secret, () => context.now());
  const startedAtMs = context.now();
  const callers = new WeakMap<FastifyRequest, Caller>();
  const callerOf = (request: FastifyRequest): Caller => {
    const caller = callers.get(request);
    if (caller === undefined) throw new Refusal(401, "Authentication required");
    return caller;
  };
  readAnyBody(app, context);
  app.setErrorHandler(sendRefusal);

  app.get(`${BASE}/health`, ROUTE, async (_request, reply) =>
    sendJson(reply, {
      status: "healthy",
      timestamp: `${new Date(context.now()).toISOString().slice(0, 19)}Z`,
      version: VERSION,
      uptime: Math.floor((context.now() - startedAtMs) / 1000),
    }),
  );

  app.post(`${BASE}/user/exchangeToken`, ROUTE, async (request, reply) => {
    await context.throttle.address(request.ip);
    const body = objectOf(request, "Invalid request format");
    const token = body["token"];
    const description = body["description"] ?? "";
    const isText = typeof token === "string" && token !== "" && typeof description === "string";
    if (!isText || description.length > MAX_DESCRIPTION)
      throw new Refusal(400, "Invalid request format");
    const made = await context.keys.exchange(token, description);
    if (made === undefined) throw new Refusal(400, "Failed to exchange setup token");
    const { user, uuid } = made.info;
    // The key is shown this once, and its code is good no more: that nobody took note of it must not lose it.
    await note(context, user, user, "exchangeToken").catch((thrown: unknown) =>
      context.failed("noting that a setup code was exchanged", thrown),
    );
    return sendJson(reply, { apiKey: made.key, description, keyUuid: uuid, user });
  });

  if (legacy !== undefined && tokens !== undefined) {
    for (const prefix of ["", BASE]) {
      app.post(`${prefix}/auth/token`, ROUTE, async (request, reply) => {
        await context.throttle.address(request.ip);
        return sendJson(reply, { token: await signIn(request, legacy.signIn, tokens, context) });
      });
    }
  }

  void app.register((guarded, _options, done) => {
    guarded.addHook("onRequest", async (request) => {
      await context.throttle.address(request.ip);
      const caller = await identify(request, context, tokens);
      callers.set(request, caller);
      await context.throttle.user(caller.principal.userId, 1);
    });
    for (const prefix of legacy === undefined ? [BASE] : [BASE, ""]) {
      guarded.get(`${prefix}/events`, ROUTE, async (request, reply) =>
        answerEvents(request, reply, context, callerOf(request)),
      );
      guarded.post(`${prefix}/events`, ROUTE, async (request, reply) => {
        const caller = callerOf(request);
        await push(context, caller, jsonOf(request, "Invalid JSON format"));
        return await answerEvents(request, reply, context, caller);
      });
    }
    guarded.post(`${BASE}/acl`, ROUTE, async (request, reply) => {
      await addRules(context, callerOf(request), request);
      return sendJson(reply, { message: "ACL events submitted" });
    });
    guarded.post(`${BASE}/user/generateToken`, ROUTE, async (request, reply) => {
      const { user, by } = await target(context, callerOf(request), request, "generateToken");
      if (!(await context.keys.hasUser(user))) throw new Refusal(404, "User not found");
      const { code, expiresAtMs } = await context.keys.issueSetup(user);
      await note(context, by, user, "generateToken");
      return sendJson(reply, { expiresAt: new Date(expiresAtMs).toISOString(), token: code });
    });
    guarded.post(`${BASE}/user/resetKey`, ROUTE, async (request, reply) => {
      const { user, by } = await target(context, callerOf(request), request, "resetKey");
      await context.keys.revokeAll(user);
      await note(context, by, user, "resetKey");
      return sendJson(reply, { message: "API keys invalidated successfully" });
    });
    done();
  });
}

async function push(
  context: SimpleContext,
  { principal, form }: Caller,
  body: unknown,
): Promise<void> {
  const events = readEvents(body, form);
  const nowMs = context.now();
  if (form === "legacy") {
    const own = events.map((event) => checkLegacy(event, principal.userId, nowMs));
    return await append(context, principal, own);
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
  await append(context, principal, checked);
}

async function addRules(
  context: SimpleContext,
  { principal }: Caller,
  request: FastifyRequest,
): Promise<void> {
  const { engine, address } = context;
  const admitted = await context.admit(principal, "write");
  if (!(await engine.allows(admitted, { item: ACL_ITEM, action: ADD_RULE })))
    throw new Refusal(403, "Insufficient permissions");
  const body = jsonOf(request, "Invalid request format");
  const rules: unknown = body ?? [];
  if (!Array.isArray(rules) || !rules.every((one) => typeof one === "object" && one !== null))
    throw new Refusal(400, "Invalid request format");
  if (rules.length === 0) throw new Refusal(400, "At least one ACL rule required");
  if (rules.length > MAX_RULES) throw new Refusal(400, `At most ${MAX_RULES} ACL rules at a time`);
  for (const rule of rules) {
    const problem = checkRule(rule);
    if (problem !== undefined) throw new Refusal(400, problem.message);
  }
  const nowMs = context.now();
  // Checked above, one by one.
  const checked = rules.map((rule) => ({ id: uuid7(nowMs), rule }));
  await engine.addRules(principal, address, checked);
}

/** Whom a request about a user is about, if its caller may do this to them. */
async function target(
  context: SimpleContext,
  { principal }: Caller,
  request: FastifyRequest,
  what: "generateToken" | "resetKey",
): Promise<{ user: string; by: string }> {
  const user = objectOf(request, "Invalid request format")["user"];
  if (typeof user !== "string" || user === "" || user.length > 128)
    throw new Refusal(400, "Invalid request format");
  const admitted = await context.admit(principal, "write");
  const may = await context.engine.allows(admitted, { item: user, action: `.user.${what}` });
  // A rule over all users is no leave to become the one whom no rule holds back.
  if (!may || (user === ROOT_USER && principal.userId !== ROOT_USER))
    throw new Refusal(403, "Insufficient permissions");
  return { user, by: principal.userId };
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
  request: FastifyRequest,
  check: NonNullable<SimpleContext["options"]["legacy"]>["signIn"],
  tokens: Tokens,
  { keys }: SimpleContext,
): Promise<string> {
  const { username, password } = objectOf(request, "Invalid request format");
  const isText = typeof username === "string" && typeof password === "string";
  if (!isText || username === "" || password === "")
    throw new Refusal(400, "Invalid request format");
  const user = await check(username, password);
  if (user === undefined) throw new Refusal(401, "Invalid username or password");
  const { userUuid, isAdmin = false } = user;
  await keys.createUser(userUuid);
  return await tokens.issue({ userUuid, username, isAdmin });
}

/** Bodies are JSON whatever their type says, and no larger than others are. */
function readAnyBody(app: FastifyInstance, { limits }: SimpleContext): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "*",
    { parseAs: "string", bodyLimit: limits.bodyBytes },
    (_request, body, done) => done(null, body),
  );
}

function jsonOf(request: FastifyRequest, otherwise: string): unknown {
  try {
    return JSON.parse(typeof request.body === "string" ? request.body : "") as unknown;
  } catch (thrown) {
    throw new Refusal(400, otherwise, { cause: thrown });
  }
}

function objectOf(
  request: FastifyRequest,
  otherwise: string,
): { readonly [name: string]: unknown } {
  const value = jsonOf(request, otherwise);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refusal(400, otherwise);
  return { ...value };
}

function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply
    .type("application/json; charset=utf-8")
    .serializer(String)
    .send(JSON.stringify(value));
}

function sendRefusal(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, message, eventUuid, retryAfter } = toRefusal(thrown);
  if (status >= 500) request.log.error({ err: thrown }, "request failed");
  if (retryAfter !== undefined) reply.header("retry-after", String(Math.ceil(retryAfter)));
  sendJson(
    reply.code(status),
    eventUuid === undefined ? { error: message } : { error: message, eventUuid },
  );
}
