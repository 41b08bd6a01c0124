// WebKitGTK over WebDriver, in a window that nobody sees.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Device,
  type Engine,
  fromPage,
  inPage,
  keyActions,
  type Tab,
  tapActions,
} from "./engine.ts";

export interface WebKitPaths {
  readonly driver: string;
  readonly browser: string;
  readonly xvfb: string;
}

/** Its window's browser forgets everything when it ends, so it cannot be started with what an earlier run left. */
export function webkit(paths: WebKitPaths): Engine {
  return {
    name: "WebKit",
    async start() {
      const devices = new Set<Device>();
      return {
        // A session of WebDriver is a browser of its own.
        async newDevice() {
          const device = await startDevice(paths);
          devices.add(device);
          return {
            newTab: device.newTab,
            async close() {
              devices.delete(device);
              await device.close();
            },
          };
        },
        async close() {
          for (const device of devices) await device.close();
        },
      };
    },
  };
}

async function startDevice({ driver, browser, xvfb }: WebKitPaths): Promise<Device> {
  const folder = mkdtempSync(join(tmpdir(), "syncline-webkit-"));
  const screen = spawn(
    xvfb,
    ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"] },
  );
  const display = await firstLine(screen);
  const port = await freePort();
  const env = { ...process.env, DISPLAY: `:${display}`, ...homes(folder) };
  const service = spawn(driver, [`--port=${port}`], { env, stdio: "ignore" });
  const session = await openSession(`http://127.0.0.1:${port}`, browser, service);
  let first = true;
  return {
    async newTab() {
      if (first) {
        first = false;
        return tabOf(session, String(await session.send("GET", "/window")));
      }
      const made = await session.send("POST", "/window/new", { type: "window" });
      return tabOf(session, (made as { handle: string }).handle); // so WebDriver
    },
    async close() {
      await session.end();
      for (const child of [service, screen]) await end(child);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Nothing of a test's browser is left in the home of whoever runs it. */
function homes(folder: string): Record<string, string> {
  return Object.fromEntries(
    ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"].map((name) => {
      const path = join(folder, name);
      mkdirSync(path, { mode: 0o700 });
      return [name, path];
    }),
  );
}

async function firstLine(screen: ChildProcess): Promise<string> {
  let said = "";
  return await new Promise((resolve, reject) => {
    screen.once("error", reject);
    screen.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}.`)));
    screen.stdio[3]?.on("data", (piece: Buffer) => {
      said += piece;
      if (said.endsWith("\n")) resolve(said.trim());
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  await once(server, "close");
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

interface Session {
  /** One command, which has the session for itself. */
  send(method: string, path: string, body?: object): Promise<unknown>;
  /** Commands that go to one of its windows, one after the other. */
  within<Result>(window: string, work: (send: Session["send"]) => Promise<Result>): Promise<Result>;
  end(): Promise<unknown>;
}

async function openSession(url: string, binary: string, service: ChildProcess): Promise<Session> {
  let last: Promise<unknown> = Promise.resolve();
  const options = { binary, args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  await listening(`${url}/status`, service);
  const made = await call(`${url}/session`, "POST", { capabilities });
  const session = `${url}/session/${(made as { sessionId: string }).sessionId}`; // so WebDriver
  const now: Session["send"] = (method, path, body) => call(session + path, method, body);
  // A session has one window at a time.
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  }
  await now("POST", "/timeouts", { script: NEVER_MS, pageLoad: NEVER_MS });
  return {
    send: (...args) => inTurn(() => now(...args)),
    within: (handle, work) =>
      inTurn(async () => {
        await now("POST", "/window", { handle });
        return await work(now);
      }),
    end: () => inTurn(() => now("DELETE", "")),
  };
}

const NEVER_MS = 600_000;

/** Waits until the driver is there. */
async function listening(url: string, service: ChildProcess): Promise<void> {
  while (service.exitCode === null && service.signalCode === null) {
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`WebKitWebDriver ended with ${service.exitCode ?? service.signalCode}.`);
}

async function call(url: string, method: string, body?: object): Promise<unknown> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(url, { method, ...init });
  const { value } = (await answer.json()) as { value: unknown }; // so WebDriver
  if (!answer.ok) throw new Error(`${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}

function tabOf(session: Session, window: string): Tab {
  async function send(method: string, path: string, body?: object): Promise<unknown> {
    return await session.within(window, (inTurn) => inTurn(method, path, body));
  }
  const act = async (actions: object[]) => void (await send("POST", "/actions", { actions }));
  return {
    async open(url) {
      await send("POST", "/url", { url });
    },
    async evaluate(run, ...args) {
      const script = `
        const [json, done] = arguments;
        (${inPage(run)})(json).then(
          (result) => done({ result }),
          (thrown) => done({ error: String(thrown) + "\\n" + thrown?.stack }),
        );`;
      const came = await send("POST", "/execute/async", { script, args: [JSON.stringify(args)] });
      const { result, error } = came as { result?: string; error?: string }; // as written above
      if (error !== undefined) throw new Error(error);
      return fromPage(result);
    },
    tap: (x, y) => act(tapActions(x, y)),
    type: (keys) => act(keyActions(keys)),
    async close() {
      await send("DELETE", "/window");
    },
  };
}
