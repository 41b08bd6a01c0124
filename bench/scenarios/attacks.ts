// What an honest client notices while somebody attacks from another address: its answers' median and 99th of a hundred.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, quantile } from "../measure.ts";

const ATTACKS = {
  slashes: "a path of 15,000 slashes, 16 at once",
  brackets: "a megabyte of brackets as a push, 8 at once",
  bombs: "200 MiB of zeros, compressed, to the kit's route, 8 at once",
  guesses: "wrong passwords for the honest account, 64 at once",
  strangers: "reads without a token, 64 at once",
  pushes: "pushes of 1,000 records, 8 at once",
  idle: "2,000 connections that say nothing",
  slow: "800 requests whose head never ends",
  streams: "800 event streams that are never read",
  deaf: "100 sockets that ask 5,000 times and never read",
} as const;
const SECONDS = 10;
const EVERY_MS = 50;

export async function attacksScenario(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, title] of Object.entries(ATTACKS)) {
    const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
    const server = start("attacks-server-process.ts", join(folder, "syncline.db"));
    try {
      const { url, people } = await hear<{ url: string; people: string[] }>(server);
      const [honest = "", other = ""] = people;
      await use(url, honest, 1, 2); // warms up
      const quiet = await use(url, honest, 2, SECONDS);
      const attacker = start("attacker-process.ts", name, url, other);
      await hear(attacker);
      const beside = await use(url, honest, 3, SECONDS);
      const said = hear<{ counts: Record<string, number> }>(attacker);
      attacker.send("stop");
      const { counts } = await said;
      figures.push({
        id: `attacks.${name}`,
        title: `${title}: an honest client's p99 against its quiet one`,
        value: Math.round((beside.p99 / quiet.p99) * 10) / 10,
        unit: "×",
        target: 10,
        better: "lower",
        note:
          `p50 ${ms(quiet.p50)} → ${ms(beside.p50)}, p99 ${ms(quiet.p99)} → ${ms(beside.p99)}; ` +
          `${beside.refused} of ${beside.asked} refused; the attacker was answered ${shown(counts)}`,
      });
    } finally {
      const gone = once(server, "exit");
      server.send("stop");
      await gone;
      await rm(folder, { recursive: true, force: true });
    }
  }
  return figures;
}

function start(file: string, ...args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  return fork(path, args, { execArgv: ["--conditions=syncline-source"] });
}

async function hear<Message>(child: ChildProcess): Promise<Message> {
  const [message] = (await once(child, "message")) as [Message]; // our own process
  return message;
}

/** Pushes a record and reads it, twenty times a second, each on time whether the one before was answered or not. */
async function use(url: string, token: string, device: number, seconds: number) {
  const took: number[] = [];
  let refused = 0;
  const asks: Promise<void>[] = [];
  const clientId = `honest-${device}`;
  const started = performance.now();
  for (let id = 1; performance.now() - started < seconds * 1_000; id++) {
    const due = performance.now();
    asks.push(
      push(url, token, clientId, id).then((isTaken) => {
        took.push(performance.now() - due);
        if (!isTaken) refused += 1;
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await Promise.all(asks);
  const sorted = took.sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), refused, asked: took.length };
}

async function push(url: string, token: string, clientId: string, id: number): Promise<boolean> {
  const now = `${new Date().toISOString()}-0000-${clientId}`;
  const change = {
    ...{ collection: "todos", id: `${clientId}-${id % 20}`, op: "put", time: now },
    fields: { title: "Milk" },
  };
  try {
    const answer = await fetch(`${url}/v1/todo/~/sync`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({
        ...{ clientId, now, cursor: null },
        mutations: [{ id, seen: null, changes: [change] }],
        pull: { limit: 10 },
      }),
    });
    await answer.text();
    return answer.ok;
  } catch {
    return false; // cut off
  }
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const shown = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([status, times]) => `${status} ${times}×`)
    .join(", ") || "nothing";
