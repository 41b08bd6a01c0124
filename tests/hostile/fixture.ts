// What the hostile suite shares: a server that speaks everything, people on it, and clients that misbehave on purpose.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createKanso, kansoApp } from "@syncline/kanso-server";
import {
  createMemoryStore,
  kitDialect,
  manaDialect,
  type ServerOptions,
  type Store,
  simpleDialect,
} from "@syncline/server";
import { startTestServer, type TestServer } from "@syncline/server/testing";
import { WebSocket } from "ws";

export const PASSWORD = "orange-kite-42";
/** What mana's services show. */
const SERVICE_KEY = "the-key-of-the-services-of-mana";
const SECRET = "0123456789abcdef0123456789abcdef";

export interface Everything extends TestServer {
  readonly rootKey: string;
  /** Good for all of the admin interface. */
  readonly adminKey: string;
  /** Registers somebody, and signs in. */
  person(name: string): Promise<SignedIn>;
  post(path: string, body: unknown, headers?: Headers): Promise<Response>;
  /** What those show who are no people of this server's. */
  credentials(as: "root" | "admin" | "service"): Headers;
}

type Headers = { readonly [name: string]: string };

export interface SignedIn {
  readonly userId: string;
  readonly email: string;
  readonly token: string;
  readonly headers: Headers;
  signIn(): Promise<SignedIn>;
}

/** A server with accounts, all dialects and Kanso. */
export async function startEverything(
  server: Partial<ServerOptions> = {},
  store: Store = createMemoryStore(),
): Promise<Everything> {
  let rootKey = "";
  const simple = simpleDialect({
    onRootKey: (key) => {
      rootKey = key;
    },
    legacy: { secret: `${SECRET}-legacy`, signIn: async () => ({ userUuid: "older" }) },
  });
  const started = await startTestServer({
    apps: [
      kansoApp,
      { name: "todo", collections: { todos: {}, tasks: {} }, createSpaces: "anyone" },
    ],
    store,
    server: {
      auth: { secret: SECRET },
      accounts: {
        sendMail: async () => {},
        passkeys: { origins: ["https://app.example.com"] },
        oidcProviders: [
          {
            name: "example",
            issuer: "https://id.example.com",
            clientId: "app",
            redirectUrl: "https://app.example.com/account",
          },
        ],
      },
      dialects: [kitDialect(), manaDialect({ serviceKey: SERVICE_KEY }), simple, createKanso()],
      ...server,
    },
  });
  await started.server.keys.createUser("console");
  const admin = await started.server.keys.createKey("console", { scopes: [".admin"] });
  const post = (path: string, body: unknown, headers: Headers = {}) =>
    fetch(started.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const signIn = async (email: string): Promise<SignedIn> => {
    const answer = await post("/accounts/login", { email, password: PASSWORD });
    const { account, token } = (await answer.json()) as {
      account: { userId: string };
      token: string;
    };
    const headers = { authorization: `Bearer ${token}` };
    return { ...account, email, token, headers, signIn: () => signIn(email) };
  };
  return {
    ...started,
    adminKey: admin.key,
    get rootKey() {
      return rootKey;
    },
    post,
    credentials(as) {
      if (as === "service") return { "x-service-key": SERVICE_KEY };
      return { "x-api-key": as === "admin" ? admin.key : rootKey };
    },
    async person(name) {
      const email = `${name}@example.org`;
      await post("/accounts/register", { email, password: PASSWORD });
      return await signIn(email);
    },
  };
}

/** A connection to the server, of which nobody reads anything before he says so. */
export async function openPlain({ url }: { readonly url: string }): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined); // being cut off is what some wait for
  await once(socket, "connect");
  return socket;
}

/** A request's head as text. */
export function headOf(method: string, path: string, headers: Headers = {}): string {
  const lines = Object.entries({ host: "localhost", ...headers });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** A WebSocket that says what it is told, and never reads an answer. */
export async function openDeaf(
  server: { readonly url: string },
  path: string,
): Promise<{ readonly socket: Socket; say(message: unknown): boolean }> {
  const socket = await openPlain(server);
  const key = randomBytes(16).toString("base64");
  const upgrade = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-version": "13" };
  socket.write(headOf("GET", path, { ...upgrade, "sec-websocket-key": key }));
  await once(socket, "readable");
  // What is not read stays where it is: Node's buffer and the kernel's fill, and no more is taken.
  return { socket, say: (message) => socket.write(frameOf(JSON.stringify(message))) };
}

/** A text as a frame of a client, masked with zeros. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const size = payload.length;
  const length =
    size < 126 ? [0x80 | size] : size < 65_536 ? [0xfe, size >> 8, size & 255] : undefined;
  if (length === undefined) throw new Error("no such long message is sent here");
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}

export interface Hearing {
  readonly socket: WebSocket;
  readonly heard: readonly { readonly [name: string]: unknown }[];
  say(message: unknown): void;
  until(type: string): Promise<void>;
  closed: Promise<number>;
}

/** A WebSocket that signs in and listens. */
export async function openSocket(
  { url }: { readonly url: string },
  path: string,
  token: string,
): Promise<Hearing> {
  const socket = new WebSocket(
    url.replace("http", "ws") + path,
    path === "/v1/live" ? ["syncline.v1"] : [],
  );
  const heard: { readonly [name: string]: unknown }[] = [];
  const told = new Set<() => void>();
  socket.on("message", (data) => {
    heard.push(JSON.parse(String(data)) as { readonly [name: string]: unknown });
    for (const look of told) look();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  const hearing: Hearing = {
    socket,
    heard,
    closed,
    say: (message) => socket.send(JSON.stringify(message)),
    until: (type) =>
      new Promise((resolve) => {
        const look = () => {
          if (!heard.some((one) => one["type"] === type)) return;
          told.delete(look);
          resolve();
        };
        told.add(look);
        look();
      }),
  };
  hearing.say({ type: "auth", token });
  await hearing.until(path === "/v1/live" ? "ready" : "auth-ok");
  return hearing;
}

/** Opens a stream and tells when the server has ended it. */
export async function openStream(
  { url }: { readonly url: string },
  path: string,
  headers: Headers,
): Promise<{
  readonly status: number;
  readonly ended: Promise<void>;
  text(): string;
  cancel(): void;
}> {
  const leaving = new AbortController();
  const answer = await fetch(url + path, { headers, signal: leaving.signal });
  let text = "";
  const read = async () => {
    try {
      for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
    } catch {
      // It was cut, by one side or the other: it is over.
    }
  };
  return { status: answer.status, ended: read(), text: () => text, cancel: () => leaving.abort() };
}

/** CPU time that some work takes in this process, which the server runs in, in milliseconds. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function syncRequest(clientId: string, id: number, fields: object = {}, key = `r${id}`) {
  const time = `2026-11-20T10:05:00.${String(id).padStart(3, "0")}Z-0000-${clientId}`;
  const change = { collection: "todos", id: key, op: "put", time, fields };
  return { clientId, now: time, cursor: null, mutations: [{ id, seen: null, changes: [change] }] };
}
