// The people who call Kanso, in a process of their own: each asks, waits for the answer, and asks again at once.

import { Agent, request } from "node:http";

/** What the parent asks for: everybody calls one path after the other, for so long. */
export interface Order {
  readonly url: string;
  /** One token for each person; who has none calls without. */
  readonly tokens: readonly (string | null)[];
  /** How many call at once. More people than that take turns. */
  readonly atOnce: number;
  readonly paths: readonly string[];
  readonly milliseconds: number;
  /** Each person once, and then it ends. */
  readonly once: boolean;
}

/** How long each answer took, in milliseconds, by path; and how many bytes the last one had. */
export interface Taken {
  readonly [path: string]: { readonly milliseconds: readonly number[]; readonly bytes: number };
}

process.on("message", (order: Order) => {
  run(order).then(
    (taken) => process.send?.(taken),
    (thrown: unknown) => {
      console.error(thrown);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit());

async function run({ url, tokens, atOnce, paths, milliseconds, once }: Order): Promise<Taken> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const { hostname, port } = new URL(url);
  const end = performance.now() + milliseconds;
  const taken = Object.fromEntries(
    paths.map((path) => [path, { milliseconds: [] as number[], bytes: 0 }]),
  );
  let turn = 0;
  const call = (path: string, token: string | null | undefined) =>
    new Promise<void>((resolve, reject) => {
      const started = performance.now();
      const headers = token == null ? {} : { authorization: `Bearer ${token}` };
      request({ agent, hostname, port, path, headers }, (answer) => {
        let bytes = 0;
        answer.on("data", (piece: Buffer) => {
          bytes += piece.length;
        });
        answer.on("error", reject);
        answer.on("end", () => {
          if (answer.statusCode !== 200) {
            reject(new Error(`${path} was answered ${answer.statusCode}.`));
            return;
          }
          const sum = taken[path];
          sum?.milliseconds.push(performance.now() - started);
          if (sum !== undefined) sum.bytes = bytes;
          resolve();
        });
      })
        .on("error", reject)
        .end();
    });
  await Promise.all(
    Array.from({ length: atOnce }, async (_, worker) => {
      for (let round = worker; performance.now() < end; round += atOnce) {
        if (once && round >= tokens.length) return;
        const path = paths[turn++ % paths.length] ?? "";
        await call(path, tokens[round % tokens.length]);
      }
    }),
  );
  agent.destroy();
  return taken;
}
