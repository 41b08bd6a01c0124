// A device of the example: a SQLite file, a clock that is wrong, and edits made without a network.

import { join } from "node:path";
import { collection, openClient, systemEnvironment } from "@syncline/client";
import { openSqliteStore } from "@syncline/client/sqlite";
import type { SeededRandom } from "@syncline/core/testing";

export interface City {
  readonly name: string;
  readonly country: string;
  readonly lat: string;
  readonly lng: string;
  readonly visits?: number;
  readonly note?: string;
}

export interface DeviceOptions {
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  readonly name: string;
  /** How far the device's clock is off. */
  readonly skewMs: number;
}

export type Device = Awaited<ReturnType<typeof openDevice>>;

export async function openDevice({ url, token, folder, name, skewMs }: DeviceOptions) {
  const system = systemEnvironment();
  const client = await openClient({
    url,
    app: "cities",
    token: async () => token,
    store: await openSqliteStore({ path: join(folder, `${name}.db`) }),
    collections: { places: collection<City>() },
    environment: { ...system, now: () => system.now() + skewMs },
    autoSync: false,
  });
  return { name, client, places: client.collections.places };
}

/** Edits places without a network: some renamed, some annotated, some deleted, some new. */
export async function editOffline(
  device: Device,
  ids: readonly string[],
  random: SeededRandom,
): Promise<{ readonly [kind: string]: number }> {
  const done = { patched: 0, deleted: 0, inserted: 0 };
  const writes: Promise<void>[] = [];
  for (const id of ids) {
    const dice = random.next();
    if (dice < 0.05) {
      writes.push(device.places.delete(id).local);
      done.deleted += 1;
    } else if (dice < 0.1) {
      const made = device.places.insert({
        name: `${device.name} ${random.below(1_000_000)}`,
        country: "XX",
        lat: "0",
        lng: "0",
      });
      writes.push(made.local);
      done.inserted += 1;
    } else {
      const change = random.chance(0.5)
        ? { note: `${device.name} was here ${random.below(100)} times` }
        : { visits: random.below(1_000), note: `seen by ${device.name}` };
      writes.push(device.places.update(id, change).local);
      done.patched += 1;
    }
    if (writes.length >= 500) await Promise.all(writes.splice(0));
  }
  await Promise.all(writes);
  return done;
}
