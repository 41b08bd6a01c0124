// Everything that is on this device, to be taken along.

import { type Archive, exportJson, readSettings } from "@syncline/kanso-domain";
import { SETTINGS_ID } from "./collections.ts";
import type { KansoClient } from "./open.ts";

/** All of it as it is on the screen: what was not sent yet is in it. */
export async function readArchive({ collections }: KansoClient): Promise<Archive> {
  const [habits, entries, vacations, settings] = await Promise.all([
    collections.habits.query({ orderBy: ["sortOrder", "createdAt"] }),
    collections.entries.query({ orderBy: "at" }),
    collections.vacations.query({ orderBy: "from" }),
    collections.settings.get(SETTINGS_ID),
  ]);
  return { habits, entries, vacations, settings: settings ? readSettings(settings) : null };
}

/** A copy to keep when what is here leaves the device: with the writes that the server has refused. */
export async function copyOfAll(client: KansoClient): Promise<string> {
  const archive = exportJson(await readArchive(client));
  const refused = client.inbox.getSnapshot().map(({ error, mutation }) => ({ error, mutation }));
  if (refused.length === 0) return archive;
  return `${JSON.stringify({ ...JSON.parse(archive), refused }, null, 1)}\n`;
}
