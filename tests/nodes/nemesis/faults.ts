// What the nemesis does to a cluster: one fault after the other, sometimes two at once, each undone after a while.

import { setTimeout as wait } from "node:timers/promises";
import type { SeededRandom } from "@syncline/core/testing";
import type { Cluster, ClusterNode } from "./cluster.ts";

export type Faults = { [kind: string]: number };

type Fault = (cluster: Cluster, random: SeededRandom) => Promise<void>;

/** By name; each leaves things as they were. Nothing here waits longer than a person would to mend it. */
const FAULTS: { readonly [kind: string]: Fault } = {
  async "node killed"({ nodes }, random) {
    const node = anyOf(nodes, random);
    await node.kill();
    await wait(random.below(1_500));
    await node.start();
  },
  async "node frozen"({ nodes }, random) {
    const node = anyOf(nodes, random);
    node.freeze();
    await wait(500 + random.below(6_000));
    node.thaw();
  },
  async "bus killed"({ bus }, random) {
    if (bus === undefined) return;
    await bus.kill();
    await wait(random.below(2_000));
    await bus.start();
  },
  async "database crashed"({ postgres }, random) {
    await postgres.crash();
    await wait(random.below(500));
    await postgres.start();
  },
  async "node cut off from the database"({ nodes }, random) {
    const { database } = anyOf(nodes, random);
    database.cut(random.chance(0.5) ? "break" : "hang");
    await wait(500 + random.below(3_000));
    database.heal();
  },
  async "node cut off from the bus"({ nodes }, random) {
    const { bus } = anyOf(nodes, random);
    bus?.cut(random.chance(0.5) ? "break" : "hang");
    await wait(500 + random.below(4_000));
    bus?.heal();
  },
};

/** What happens to one thing at a time: a node that is killed cannot be frozen. */
const PLACES: { readonly [kind: string]: string } = {
  "node killed": "node",
  "node frozen": "node",
};

/** Brings faults until there are enough; when it resolves all of them are undone. */
export async function bringFaults(
  cluster: Cluster,
  random: SeededRandom,
  isEnough: (counts: Faults) => boolean,
): Promise<Faults> {
  const counts: Faults = {};
  const under = new Map<string, Promise<void>>();
  const kinds = Object.keys(FAULTS).filter(
    (kind) => cluster.bus !== undefined || !kind.includes("bus"),
  );
  while (!isEnough(counts)) {
    const kind = kinds[random.below(kinds.length)] ?? "";
    const place = PLACES[kind] ?? kind;
    const fault = FAULTS[kind];
    if (fault !== undefined && !under.has(place) && under.size < 2) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      const work = fault(cluster, random.fork(`${kind} ${counts[kind]}`));
      under.set(
        place,
        work.finally(() => under.delete(place)),
      );
    }
    await Promise.race([wait(300 + random.below(1_500)), ...under.values()]);
  }
  await Promise.all(under.values());
  return counts;
}

function anyOf(nodes: readonly ClusterNode[], random: SeededRandom): ClusterNode {
  const node = nodes[random.below(nodes.length)];
  if (node === undefined) throw new Error("The cluster has no nodes.");
  return node;
}
