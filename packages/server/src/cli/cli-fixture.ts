// The command line in tests: a folder of its own, what a command says, and servers that run until they are stopped.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Terminal } from "./command.ts";
import { runCommand } from "./run-command.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Serving {
  readonly url: string;
  readonly token: string;
  /** All that it has said until now. */
  said(): string;
  stop(): Promise<number>;
}

export interface CommandLine {
  readonly cwd: string;
  run(args: readonly string[], more?: Partial<Terminal> & { stdin?: never }): Promise<Ran>;
  /** `syncline serve` on a free port, once it listens. @throws with what it said when it ends before */
  serve(args?: readonly string[], env?: Terminal["env"]): Promise<Serving>;
  /** Ends what still serves, and removes the folder. */
  close(): Promise<void>;
}

/** @param env variables that every command sees */
export async function openCommandLine(env: Terminal["env"] = {}): Promise<CommandLine> {
  const cwd = await mkdtemp(join(tmpdir(), "syncline-cli-"));
  const serving = new Set<Serving>();
  async function run(args: readonly string[], more: Partial<Terminal> = {}): Promise<Ran> {
    let out = "";
    let err = "";
    const code = await runCommand(args, {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      stdin: Readable.from([""]),
      cwd,
      signal: new AbortController().signal,
      ...more,
      env: { ...env, ...more.env },
    });
    return { code, out, err };
  }
  return {
    cwd,
    run,
    async serve(args = [], more = {}) {
      const stop = new AbortController();
      const { promise: first, resolve: listens, reject } = Promise.withResolvers<string>();
      let said = "";
      const code = runCommand(["serve", "--port", "0", "--json", ...args], {
        stdout: {
          write(text) {
            said += text;
            const line = said.split("\n").find((one) => one.startsWith('{"url"'));
            if (line !== undefined) listens(line);
          },
        },
        stderr: { write: (text) => (said += text) },
        stdin: Readable.from([]),
        cwd,
        signal: stop.signal,
        // Tests share their cores with others: that a turn of the event loop is late says nothing about the server.
        env: { SYNCLINE_LIMIT_LAG_MS: "60000", ...env, ...more },
      });
      code.then(() => reject(new Error(said)), reject);
      const { url, token } = JSON.parse(await first) as { url: string; token: string };
      const one: Serving = {
        url,
        token,
        said: () => said,
        async stop() {
          serving.delete(one);
          stop.abort();
          return await code;
        },
      };
      serving.add(one);
      return one;
    },
    async close() {
      for (const one of serving) await one.stop();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

/** Puts one record into the caller's own space. @returns the status of the answer */
export async function pushTo(
  { url, token }: Pick<Serving, "url" | "token">,
  id: string,
  clientId = `device-${id}`,
): Promise<number> {
  const time = `2026-11-20T10:00:00.000Z-0000-${clientId}`;
  const change = { collection: "todos", id, op: "put", time, fields: { title: id } };
  const answer = await fetch(`${url}/v1/todo/~/sync`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      clientId,
      now: time,
      cursor: null,
      mutations: [{ id: 1, seen: null, changes: [change] }],
    }),
  });
  return answer.status;
}
