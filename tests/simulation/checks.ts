// What must hold, whatever happened. Each check bears the number of its invariant.

import type { World } from "@syncline/client/testing";
import { canonicalJson, type Json, type RecordState, resolvePolicy } from "@syncline/core";
import type { HistoryEntry } from "@syncline/server";
import { fold } from "./reference-fold.ts";
import { COLLECTIONS, type Collections, type Deeds } from "./workload.ts";

type Name = keyof Collections;
const NAMES = Object.keys(COLLECTIONS) as Name[];

/** While the world goes on: what every user must see at any moment. */
export async function checkViews(world: World<Collections>, deeds: Deeds): Promise<void> {
  for (const device of world.clients) {
    if (!device.up || device.frozen) continue;
    const counts = new Map<string, number>();
    for (const { tag } of await device.client.collections.events.query())
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
    for (const [tag, count] of counts) {
      if (count !== 2)
        deeds.violations.push(`S11: ${device.name} sees ${count} of the two entries ${tag}`);
    }
    for (const [tag, writer] of deeds.tags) {
      if (writer === device && !counts.has(tag))
        deeds.violations.push(`S15: ${device.name} lost sight of its own ${tag}`);
    }
  }
}

/** When everything has come to rest: what everybody must agree on. */
export async function checkEnd(
  world: World<Collections>,
  entries: readonly HistoryEntry[],
  deeds: Deeds,
): Promise<string[]> {
  const problems = [...deeds.violations];
  const views = await Promise.all(
    world.clients.map(async (device) => ({ name: device.name, rows: await rowsOf(device) })),
  );
  const [first] = views;
  for (const { name, rows } of views) {
    if (rows !== first?.rows) problems.push(`S1: ${name} and ${first?.name} differ`);
  }
  const byRecord = group(entries);
  for (const [key, own] of byRecord) {
    const [collection = "", id = ""] = key.split("/");
    const policy = resolvePolicy(COLLECTIONS[collection as Name].policy).name;
    const record = await world.server.store().record(world.server.space, { collection, id });
    const expected = fold(own, policy);
    // A record that is not there was deleted, and compacted since.
    if (text(record) !== text(expected)) {
      problems.push(
        `S12: ${key} is ${text(record)} on the server, and ${text(expected)} by its history`,
      );
    }
    if (policy === "versioned" && own.some((entry, i) => entry.version !== i + 1)) {
      problems.push(
        `S13: the versions of ${key} are ${own.map(({ version }) => version).join(",")}`,
      );
    }
  }
  problems.push(...(await checkSums(world, entries, deeds)));
  for (const problem of await world.server.store().check()) problems.push(`S5: ${problem.message}`);
  return problems;
}

async function checkSums(
  world: World<Collections>,
  entries: readonly HistoryEntry[],
  deeds: Deeds,
): Promise<string[]> {
  const problems: string[] = [];
  const [observer] = world.clients;
  const count = (await observer?.client.collections.counts.get("all"))?.clicks ?? 0;
  if (count < deeds.clicks || count > deeds.tried) {
    problems.push(`S4: ${deeds.clicks} to ${deeds.tried} clicks were made, ${count} are counted`);
  }
  const tags = new Map<string, number>();
  for (const { collection, fields } of entries) {
    if (collection !== "events") continue;
    const tag = String(fields?.["tag"]);
    tags.set(tag, (tags.get(tag) ?? 0) + 1);
  }
  for (const tag of deeds.tags.keys()) {
    if (tags.get(tag) !== 2)
      problems.push(`S2: ${tag} is in the history ${tags.get(tag) ?? 0} times instead of twice`);
  }
  const mutations = new Set<string>();
  for (const { clientId, mutationId, collection, id } of entries) {
    const key = `${clientId} ${mutationId} ${collection}/${id}`;
    if (mutations.has(key)) problems.push(`S3: mutation ${key} was committed twice`);
    mutations.add(key);
  }
  return problems;
}

/** S18: whoever has seen everything and then writes, wins, whatever the clocks say. */
export async function checkUserOrder(world: World<Collections>): Promise<string[]> {
  const problems: string[] = [];
  const [first] = world.clients;
  if (first === undefined) return problems;
  const made = first.client.collections.items.insert({ title: "begin", done: false, rank: 0 });
  await made.local;
  await world.converged();
  for (const device of world.clients) {
    const write = device.client.collections.items.update(made.id, { title: device.name });
    await write.local;
    await world.converged();
    for (const other of world.clients) {
      const row = await other.client.collections.items.get(made.id);
      if (row?.title !== device.name)
        problems.push(`S18: ${other.name} shows ${row?.title} after ${device.name} wrote last`);
    }
  }
  return problems;
}

export async function rowsOf(device: World<Collections>["clients"][number]): Promise<string> {
  const all: Json[] = [];
  for (const name of NAMES) {
    const rows = await device.client.collections[name].query({});
    all.push([name, ...rows.map((row) => ({ ...row }))] as unknown as Json); // rows are JSON
  }
  return canonicalJson(all);
}

function group(entries: readonly HistoryEntry[]): Map<string, HistoryEntry[]> {
  const groups = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const key = `${entry.collection}/${entry.id}`;
    const own = groups.get(key) ?? [];
    own.push(entry);
    groups.set(key, own);
  }
  return groups;
}

function text(record: RecordState | ReturnType<typeof fold> | undefined): string {
  if (record === undefined) return "gone";
  const visible = "visible" in record ? record.visible : !record.deleted;
  return visible ? canonicalJson(record.fields) : "gone";
}
