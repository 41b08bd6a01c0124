// simple-sync: a push of one event into a history of 100,000, answered with all of it as the original does, and with what is new.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, openSqliteStore, simpleDialect } from "@syncline/server";
import { type Figure, spread } from "../measure.ts";

const EVENTS = 100_000;
const BATCH = 1_000;
const WHOLE = 7;
const SINCE = 200;

export async function simpleSyncScenario(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-bench-"));
  let key = "";
  const server = await createServer({
    store: await openSqliteStore({ path: join(folder, "simple.db") }),
    apps: [],
    auth: { secret: "a secret for the bench, 32 bytes or more" },
    port: 0,
    dialects: [
      simpleDialect({
        onRootKey: (made) => {
          key = made;
        },
      }),
    ],
  });
  await server.listen();
  const push = async (events: readonly object[], query = "") => {
    const start = performance.now();
    const answer = await fetch(`${server.url}/api/v1/events${query}`, {
      method: "POST",
      headers: { "X-API-Key": key },
      body: JSON.stringify(events),
    });
    const bytes = (await answer.arrayBuffer()).byteLength;
    if (!answer.ok) throw new Error(`The push was answered ${answer.status}.`);
    return {
      ms: performance.now() - start,
      bytes,
      place: answer.headers.get("syncline-place") ?? "",
    };
  };
  try {
    let place = "";
    for (let from = 0; from < EVENTS; from += BATCH)
      ({ place } = await push(
        Array.from({ length: BATCH }, () => eventNow()),
        place === "" ? "" : `?since=${place}`,
      ));
    const whole: number[] = [];
    const since: number[] = [];
    let bytes = 0;
    for (let i = 0; i < WHOLE + 1; i++) {
      const one = await push([eventNow()]);
      ({ bytes, place } = one);
      if (i > 0) whole.push(one.ms);
    }
    for (let i = 0; i < SINCE + 20; i++) {
      const one = await push([eventNow()], `?since=${place}`);
      place = one.place;
      if (i >= 20) since.push(one.ms);
    }
    const [all, few] = [spread(whole), spread(since)];
    const note = (figure: typeof all) => `${figure.min.toFixed(1)}–${figure.max.toFixed(1)} ms`;
    return [
      {
        id: "simple.push.whole",
        title: `a push of one event, answered with the whole history of ${EVENTS.toLocaleString("en")}`,
        value: Math.round(all.median),
        unit: "ms",
        target: null,
        better: "lower",
        note: `${note(all)}; ${(bytes / 2 ** 20).toFixed(1)} MiB an answer`,
      },
      {
        id: "simple.push.since",
        title: "the same with `since`, answered with one event",
        value: Math.round(few.median * 100) / 100,
        unit: "ms",
        target: null,
        better: "lower",
        note: note(few),
      },
    ];
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

let count = 0;

function eventNow(): object {
  const timestamp = Math.floor(Date.now() / 1000);
  const hex = (timestamp * 1000).toString(16).padStart(12, "0");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${(++count).toString(16).padStart(12, "0")}`;
  const payload = '{"what":"milk","count":2}';
  return { uuid, timestamp, user: ".root", item: "list.shop", action: "add", payload };
}
