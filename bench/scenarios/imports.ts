// The four imports: databases that a mana-sync, a simple-sync, a Kanso and a Go Sync Kit leave behind, 100,000 rows each, twice.

import { execFile, fork, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startTestPostgres } from "@syncline/server/testing";
import pg from "pg";
import { fillOriginal as fillKansoOriginal } from "../../tests/dialects/kanso/original-database.ts";
import { type Imported, importTwice, SYNCLINE, syncline } from "../import-command.ts";
import { fillManaLog } from "../mana-original.ts";
import type { Figure } from "../measure.ts";
import { fillSimpleOriginal } from "../simple-original.ts";

/** Of each database. `IMPORT_ROWS=2000` is a look at whether all of it works. */
const ROWS = Number(process.env["IMPORT_ROWS"] ?? 100_000);
const KIT_PROCESS = fileURLToPath(new URL("../kit-process.ts", import.meta.url));
const MOVE = fileURLToPath(new URL("../../examples/kit/move.ts", import.meta.url));
const KANSO_APPS = fileURLToPath(new URL("../../apps/kanso/server/src/apps.ts", import.meta.url));

export async function importsScenario(): Promise<Figure[]> {
  const postgres = await startTestPostgres();
  const figures: Figure[] = [];
  try {
    for (const [name, title, one] of [
      ["mana", "a mana-sync log from PostgreSQL", mana],
      ["simple", "a simple-sync's SQLite file", simple],
      ["kanso", "a Kanso's PostgreSQL", kanso],
      ["kit", "a Go Sync Kit's SQLite file, over HTTP", kit],
    ] as const) {
      const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
      try {
        figures.push(await figureOf(name, title, await one(folder, () => postgres.database())));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  } finally {
    await postgres.stop();
  }
  return figures;
}

interface Outcome {
  readonly rows: number;
  readonly first: Imported;
  readonly second: Imported;
}

type Make = (folder: string, database: () => Promise<string>) => Promise<Outcome>;

async function figureOf(name: string, what: string, outcome: Outcome): Promise<Figure> {
  const { rows, first, second } = outcome;
  const number = (value: number) => value.toLocaleString("en");
  return {
    id: `imports.${name}`,
    title: `import of ${what} into SQLite, twice, and once more`,
    value: first.rowsPerSecond,
    unit: "rows/s",
    target: null,
    better: "higher",
    note: `${number(rows)} rows, digest ${first.digest} each time, nothing written when it came again; the second ${number(second.rowsPerSecond)} rows/s; at most ${first.peakMb} MB`,
  };
}

const mana: Make = async (folder, database) => {
  const url = await database();
  await fillManaLog(url, { rows: ROWS, users: 500 });
  const run = async (data: string) =>
    (await syncline(["import", "mana", "--from", url, "--data", data])) as Imported; // our own command's answer
  return { rows: ROWS, ...(await importTwice(folder, run)) };
};

const simple: Make = async (folder) => {
  const path = join(folder, "original.db");
  const rows = fillSimpleOriginal(path, { events: ROWS * 0.97, users: ROWS / 100 });
  const run = async (data: string) =>
    (await syncline(["import", "simple", path, "--data", data])) as Imported; // our own command's answer
  return { rows, ...(await importTwice(folder, run)) };
};

const PERSON_ROWS = 1_000;
const HABITS = 8;

const kanso: Make = async (folder, database) => {
  const url = await database();
  const source = new pg.Client(url);
  await source.connect();
  const people = ROWS / PERSON_ROWS;
  await fillKansoOriginal(source, { people, habits: HABITS, entries: PERSON_ROWS / HABITS - 1 });
  await source.end();
  const args = ["import", "kanso", "--from", url, "--apps", KANSO_APPS, "--data"];
  const run = async (data: string) => (await syncline([...args, data])) as Imported; // our own command's answer
  return { rows: ROWS, ...(await importTwice(folder, run)) };
};

/** It has no command of its own: the program of the guide copies from peer to peer. */
const kit: Make = async (folder) => {
  const path = join(folder, "original.db");
  fillKitOriginal(path);
  const original = fork(KIT_PROCESS, [path], { execArgv: ["--conditions=syncline-source"] });
  const [{ port }] = (await once(original, "message")) as [{ port: number }]; // it says nothing else
  const from = `http://127.0.0.1:${port}/sync`;
  try {
    return { rows: ROWS, ...(await importTwice(folder, (data) => moveKit(from, data))) };
  } finally {
    const ended = once(original, "exit");
    original.disconnect();
    await ended;
  }
};

function fillKitOriginal(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA synchronous = OFF;
    CREATE TABLE events (version INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, aggregate_id TEXT NOT NULL,
      event_type TEXT NOT NULL, data TEXT, metadata TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    BEGIN`);
  const add = db.prepare(
    "INSERT INTO events (id, aggregate_id, event_type, data, metadata) VALUES (?, ?, 'Sold', ?, ?)",
  );
  for (let n = 1; n <= ROWS; n++)
    add.run(`e${n}`, `a${n % 700}`, `{"n":${n},"text":"\\u003c${n}"}`, n % 2 === 0 ? "null" : "{}");
  db.exec("COMMIT");
  db.close();
}

async function moveKit(from: string, data: string): Promise<Imported> {
  const serve = [...SYNCLINE, "serve", "--dialects", "kit", "--port", "0", "--data", data];
  const server = spawn(process.execPath, serve, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let said = "";
    server.stdout.setEncoding("utf8");
    for await (const text of server.stdout.iterator({ destroyOnReturn: false })) {
      said += String(text);
      if (said.includes("/kit/{space}")) break;
    }
    server.stdout.resume();
    const url = `${/(http:\S+\/kit\/)\{space\}/.exec(said)?.[1]}shop`;
    const issuing = [...SYNCLINE, "token", "mover", "--data", data];
    const token = (await promisify(execFile)(process.execPath, issuing)).stdout.trim();
    const start = performance.now();
    const peak = `data:text/javascript,process.on("exit",()=>console.log("peak "+process.resourceUsage().maxRSS))`;
    const moving = ["--conditions=syncline-source", "--import", peak, MOVE];
    // Without what the guide's file remembers everything is offered again.
    const env = { ...process.env, FROM: from, TO: url, TO_TOKEN: token };
    const { stdout } = await promisify(execFile)(process.execPath, moving, { env });
    const seconds = (performance.now() - start) / 1000;
    if (!stdout.includes("refused 0\n") || !stdout.includes(`positions: ${ROWS} and ${ROWS}\n`))
      throw new Error(stdout);
    const status = await readFile(`/proc/${server.pid}/status`, "utf8");
    const served = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
    return {
      digest: await kitDigest(url, token),
      rowsPerSecond: Math.round(ROWS / seconds),
      peakMb: Math.round(Math.max(Number(/peak (\d+)/.exec(stdout)?.[1]), served) / 1024),
    };
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
}

/** One text for all events with their positions, as a manager in Go is given them. */
async function kitDigest(url: string, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const hash = createHash("sha256");
  let count = 0;
  for (let since = "0", more = true; more; ) {
    const answer = await fetch(`${url}/pull?since=${since}`, { headers });
    if (!answer.ok) throw new Error(await answer.text());
    const page = (await answer.json()) as { version: string }[]; // our own server's answer
    for (const one of page) hash.update(`${JSON.stringify(one)}\n`);
    count += page.length;
    since = page.at(-1)?.version ?? since;
    more = page.length > 0;
  }
  if (count !== ROWS) throw new Error(`${count} of ${ROWS} events are there.`);
  return hash.digest("hex").slice(0, 16);
}
