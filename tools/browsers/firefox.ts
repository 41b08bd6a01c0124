// Firefox over WebDriver BiDi, which it speaks by itself.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Device,
  type Engine,
  fromPage,
  inPage,
  keyActions,
  type RunningEngine,
  type Tab,
  tapActions,
} from "./engine.ts";

/** Nothing of a test is for the network; Firefox sets by itself what else automation wants. */
const PREFERENCES = {
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.enabled": false,
};

interface Bidi {
  send(method: string, params: object): Promise<Record<string, unknown>>;
  /** Ends the browser. */
  close(): Promise<void>;
}

/** @param path of the program */
export function firefox(path: string): Engine {
  return {
    name: "Firefox",
    async start(): Promise<RunningEngine> {
      const folder = mkdtempSync(join(tmpdir(), "syncline-firefox-"));
      const bidi = await startFirefox(path, folder);
      return {
        async newDevice() {
          const { userContext } = await bidi.send("browser.createUserContext", {});
          return deviceOf(bidi, String(userContext), async () => {
            await bidi.send("browser.removeUserContext", { userContext });
          });
        },
        async close() {
          await bidi.close();
          await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
        },
      };
    },
    async startAt(folder) {
      const bidi = await startFirefox(path, folder);
      return deviceOf(bidi, "default", () => bidi.close());
    },
  };
}

async function startFirefox(path: string, folder: string): Promise<Bidi> {
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(folder, "user.js"), lines.join(""));
  const child = spawn(
    path,
    ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port=0"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const socket = new WebSocket(`${await addressOf(child)}/session`);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("Firefox does not answer."));
  });
  const bidi = speak(socket, child);
  await bidi.send("session.new", { capabilities: {} });
  return bidi;
}

/** Where it listens: it says so among its errors. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  return await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
    // Read on to its end: a full pipe would stop it.
    child.stderr?.on("data", (piece: Buffer) => {
      said += piece;
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}

function speak(socket: WebSocket, child: ChildProcess): Bidi {
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer; // the protocol's
    if (answer.id === undefined) return;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  };
  socket.onclose = () => {
    for (const tell of waiting.values()) tell({ error: "closed", message: "Firefox is gone." });
    waiting.clear();
  };
  const ended = once(child, "exit");
  async function send(method: string, params: object): Promise<Record<string, unknown>> {
    last += 1;
    const id = last;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer.error !== undefined)
      throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result ?? {};
  }
  return {
    send,
    async close() {
      await send("browser.close", {});
      await ended;
    },
  };
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: string;
  readonly message?: string;
}

function deviceOf(bidi: Bidi, userContext: string, close: () => Promise<void>): Device {
  return {
    async newTab() {
      const { context } = await bidi.send("browsingContext.create", { type: "tab", userContext });
      return tabOf(bidi, String(context));
    },
    close,
  };
}

function tabOf(bidi: Bidi, context: string): Tab {
  async function act(actions: object[]): Promise<void> {
    // A tab in the background gets no input.
    await bidi.send("browsingContext.activate", { context });
    await bidi.send("input.performActions", { context, actions });
  }
  return {
    async open(url) {
      await bidi.send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async evaluate(run, ...args) {
      const { type, result, exceptionDetails } = await bidi.send("script.callFunction", {
        functionDeclaration: inPage(run),
        arguments: [{ type: "string", value: JSON.stringify(args) }],
        awaitPromise: true,
        target: { context },
      });
      if (type !== "success") throw new Error((exceptionDetails as { text: string }).text); // so BiDi
      return fromPage((result as { value?: unknown }).value); // so BiDi
    },
    tap: (x, y) => act(tapActions(x, y)),
    type: (keys) => act(keyActions(keys)),
    async close() {
      await bidi.send("browsingContext.close", { context });
    },
  };
}
