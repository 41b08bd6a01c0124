// The command `syncline` with Kanso's module, in this process.

import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runCommand } from "@syncline/server/cli";

const APPS = fileURLToPath(new URL("../../../apps/kanso/server/src/apps.ts", import.meta.url));

export interface CliRun {
  readonly cwd: string;
  /** Stops it when it looks for the so-manieth time whether it is to stop. */
  readonly stopAfter?: number;
}

export async function runCli(
  args: readonly string[],
  { cwd, stopAfter = Number.POSITIVE_INFINITY }: CliRun,
) {
  let out = "";
  let err = "";
  let looks = 0;
  const { signal } = new AbortController();
  const stopping = new Proxy(signal, {
    get(of, name) {
      if (name === "aborted") return ++looks > stopAfter;
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
  const code = await runCommand([...args, "--apps", APPS], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    stdin: Readable.from([""]),
    env: {},
    cwd,
    signal: stopping,
  });
  return { code, out, err };
}
