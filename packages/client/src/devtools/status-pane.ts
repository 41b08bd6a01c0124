// The pane of how things stand: connection, clock, storage, and each space's cursor.

import { parseCursor } from "@syncline/core";
import { saveBundle } from "./bundle.ts";
import { age, button, clock, facts, h, size } from "./dom.ts";
import type { Pane } from "./pane.ts";

export const statusPane: Pane = {
  name: "Status",
  live: true,
  async render({ client, devtools, store, render }) {
    const status = client.status.getSnapshot();
    const health = await client.storage();
    const offset = devtools.clockOffsetMs();
    const device = await store.device();
    const spaces = await Promise.all((await store.spaces()).map((space) => store.state(space)));
    const { reason, nextRetryAt } = status;
    return [
      h(
        "p",
        { class: "actions" },
        button("Sync now", () => void client.sync().then(render, render)),
        button("Save support bundle", () =>
          saveBundle(client, devtools, store).catch((thrown: unknown) => alert(String(thrown))),
        ),
      ),
      facts(
        [
          "Connection",
          `${status.phase}${status.syncing ? ", syncing" : ""}, for ${age(devtools.now() - status.since)}`,
        ],
        ["Because", reason === null ? "no complaint" : `${reason.code}: ${reason.message}`],
        ["Next try", nextRetryAt === null ? "when something happens" : clock(nextRetryAt)],
        ["To send", `${status.pending}`],
        ["Refused", `${status.rejected}`],
        ["Differs from the server", status.diverged.join(", ") || "nothing"],
        ["Client id", device?.clientId],
        [
          "Clock",
          offset === undefined
            ? "not compared yet"
            : `${Math.round(offset)} ms ahead of the server's`,
        ],
        [
          "Storage",
          health === undefined
            ? "the store does not say"
            : health.volatile
              ? "memory: gone with the page"
              : health.persisted === true
                ? "kept"
                : "may be cleared when room gets scarce",
        ],
        [
          "Used",
          health === undefined
            ? "unknown"
            : `${size(health.usageBytes)} of ${size(health.quotaBytes)}`,
        ],
        ["Cleared before", health?.evicted === true ? "yes: the data was read again" : "no"],
      ),
      spaces.map((space) => {
        const cursor = space.cursor === null ? undefined : parseCursor(space.cursor);
        return h(
          "section",
          {},
          h("h3", {}, `Space ${space.space}`),
          facts(
            [
              "Read up to",
              cursor === undefined ? "nothing yet" : new Date(cursor.stamp / 1_000).toISOString(),
            ],
            ["Epoch", cursor?.epoch],
            ["Next mutation", `${space.nextMutation}`],
            ["Catching up", space.staged === null ? "no" : `${space.staged.count} records so far`],
            [
              "Digests",
              Object.entries(space.digests)
                .map(([name, sum]) => `${name} ${sum}`)
                .join(", ") || "none",
            ],
          ),
        );
      }),
    ];
  },
};
