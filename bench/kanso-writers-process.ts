// Devices that write entries into Kanso, in a process of their own: so many a second, whatever the server answers.

import { Agent, request } from "node:http";
import { formatTime } from "@syncline/core";
import { dayToText } from "@syncline/kanso-domain";

/** What the parent asks for. */
export interface WriteOrder {
  readonly url: string;
  readonly writers: readonly { readonly token: string; readonly habitIds: readonly string[] }[];
  readonly perSecond: number;
  readonly seconds: number;
  /** Entries in one push: as after a while without a network. */
  readonly perPush: number;
  /** Tells this order's devices and entries from those of the others. */
  readonly run: string;
}

export interface Written {
  readonly entries: number;
  /** How long each push took, in milliseconds. */
  readonly milliseconds: readonly number[];
}

const TICK_MS = 20;

process.on("message", (order: WriteOrder) => {
  run(order).then(
    (written) => process.send?.(written),
    (thrown: unknown) => {
      console.error(thrown);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit());

async function run(order: WriteOrder): Promise<Written> {
  const { writers, seconds } = order;
  const perSecond = order.perSecond / order.perPush;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const total = Math.round(perSecond * seconds);
  const pushes: Promise<number>[] = [];
  const last = new Map<number, Promise<number>>();
  const mutations = writers.map(() => 0);
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const wanted = Math.min(total, ((performance.now() - started) / 1000) * perSecond);
      while (pushes.length < wanted) {
        const index = pushes.length % writers.length;
        const mutation = (mutations[index] ?? 0) + 1;
        mutations[index] = mutation;
        // A device sends one push after the other.
        const before = last.get(index) ?? Promise.resolve(0);
        const push = before.then(() => pushEntry({ order, agent, index, mutation }));
        last.set(index, push);
        pushes.push(push);
      }
      if (pushes.length < total) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  const milliseconds = await Promise.all(pushes);
  agent.destroy();
  return { entries: total * order.perPush, milliseconds };
}

interface Push {
  readonly order: WriteOrder;
  readonly agent: Agent;
  readonly index: number;
  readonly mutation: number;
}

function pushEntry({ order, agent, index, mutation }: Push): Promise<number> {
  const writer = order.writers[index];
  if (writer === undefined) throw new Error("There is no such writer.");
  const clientId = `bench:${order.run}`;
  const now = Date.now();
  const at = new Date(now).toISOString();
  const time = formatTime({ ms: now, counter: 0 }, clientId);
  const changes = Array.from({ length: order.perPush }, (_, n) => ({
    collection: "entries",
    id: `${clientId}:${index}:${mutation}:${n}`,
    op: "put",
    time,
    fields: {
      habitId: writer.habitIds[(mutation + n) % writer.habitIds.length] ?? "",
      at,
      day: dayToText(Math.floor(now / 86_400_000) - Math.floor(n / writer.habitIds.length)),
      zone: "UTC",
      kind: "log",
      value: 1,
      notes: "",
      createdAt: at,
    },
  }));
  const body = JSON.stringify({
    clientId,
    now: time,
    cursor: null,
    policies: { entries: "versioned" },
    mutations: [{ id: mutation, seen: null, changes }],
    pull: { limit: 1, collections: ["nothing"] },
  });
  const { hostname, port } = new URL(order.url);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${writer.token}`,
      "content-type": "application/json",
    };
    request(
      { agent, hostname, port, path: "/v1/kanso/~/sync", method: "POST", headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (piece: string) => {
          text += piece;
        });
        answer.on("error", reject);
        answer.on("end", () => {
          if (answer.statusCode === 200 && text.includes('"status":"applied"'))
            resolve(performance.now() - started);
          else reject(new Error(`A push was answered ${answer.statusCode}: ${text.slice(0, 300)}`));
        });
      },
    )
      .on("error", reject)
      .end(body);
  });
}
