// Clients that state no times of what they insert: however their pushes come, nothing that somebody did is lost.

import { recordKeyToText } from "@syncline/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestEngine } from "../../testing/test-engine.ts";
import { createDeliveries } from "./deliveries.ts";
import { givenBack } from "./give-back.ts";
import { clientIdOf } from "./ids.ts";
import { readPush } from "./read-push.ts";
import { translate } from "./translate.ts";

interface Step {
  readonly device: string;
  readonly change: { readonly op: string; readonly [name: string]: unknown };
}

const BEGAN = Date.UTC(2026, 10, 20, 12);
const LIMITS = { jsonDepth: 32 };
const device = fc.constantFrom("a", "b", "c");
const field = fc.constantFrom("title", "note", "due");
/** Each at a millisecond of its own, so that it is known which is the last. */
const at = (order: number) => new Date(BEGAN - 60_000 + order).toISOString();

const insert = fc
  .tuple(device, fc.dictionary(field, fc.constantFrom("first", "1"), { minKeys: 1 }))
  .map(([name, data]): Step => ({ device: name, change: { op: "insert", data } }));
const update = fc
  .tuple(device, field, fc.nat(9), fc.constantFrom("at", "updatedAt"))
  .map(([name, changed, value, stamp]) => (order: number): Step => {
    const fields = { [changed]: { value: `edit ${value}`, [stamp]: at(order) } };
    return { device: name, change: { op: "update", fields } };
  });
const remove = device.map((name) => (order: number): Step => {
  return { device: name, change: { op: "delete", deletedAt: at(order) } };
});
const steps = fc
  .array(fc.oneof(insert, { arbitrary: update, weight: 3 }, remove), { minLength: 1, maxLength: 8 })
  .map((made) => made.map((step, order) => (typeof step === "function" ? step(order) : step)));

/** Pushes one after the other, a millisecond apart, and gives what each device was given back and what is there in the end. */
async function push(pushes: readonly Step[]) {
  const { engine, advance, now } = createTestEngine();
  const principal = { userId: "anna" };
  const admitted = await engine.admit(principal, { app: "todo", name: "~" }, "write");
  const returned: { step: Step; names: string[]; fields: object; deleted: boolean }[] = [];
  for (const step of pushes) {
    advance(1);
    const changes = [{ table: "tasks", id: "k1", ...step.change }];
    const sent = readPush(JSON.stringify({ changes }), LIMITS);
    const clientId = clientIdOf(step.device, "anna");
    const options = { clientId, now: now() * 1000 };
    const outcome = await engine.writeEach(admitted, principal, {
      clientId,
      records: [{ collection: "tasks", id: "k1" }],
      mutations: (records) => translate(sent.changes, records, options),
    });
    const deliveries = createDeliveries(now);
    const back = givenBack(sent.changes, outcome, {
      ...options,
      seen: 0,
      deliveries,
      device: clientId,
    });
    const key = recordKeyToText({ collection: "tasks", id: "k1" });
    const record = outcome.after.get(key);
    returned.push({
      step,
      names: [...(back.get(key)?.keys() ?? [])],
      fields: record?.fields ?? {},
      deleted: record?.deleted ?? false,
    });
  }
  const page = await engine.records(admitted, { after: 0, limit: 10, maxBytes: 10_000 });
  return { record: page.records[0], returned };
}

/** What must be there, whatever the order: of each field the last edit, else what was inserted first. */
function expected(pushes: readonly Step[]): Map<string, string> {
  const fields = new Map<string, { value: string; at: string }>();
  for (const { change } of pushes) {
    for (const [name, value] of Object.entries((change["data"] as object | undefined) ?? {}))
      if (!fields.has(name)) fields.set(name, { value, at: "" });
    for (const [name, edit] of Object.entries((change["fields"] as object | undefined) ?? {})) {
      const { value, at: made = edit.updatedAt } = edit as {
        value: string;
        at?: string;
        updatedAt: string;
      };
      if (made > (fields.get(name)?.at ?? "")) fields.set(name, { value, at: made });
    }
  }
  return new Map([...fields].map(([name, { value }]) => [name, value]));
}

test("in any order, and again, no edit is lost, nothing deleted comes back, and nobody is given back anything false", async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.infiniteStream(fc.nat()),
      fc.array(fc.nat(), { maxLength: 6 }),
      async (made, keys, again) => {
        const order = made
          .map((step) => ({ step, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ step }) => step);
        const pushes = [...order, ...again.flatMap((index) => order[index % order.length] ?? [])];
        const { record, returned } = await push(pushes);
        const isDeleted = made.some(({ change }) => change.op === "delete");
        expect(record?.deleted).toBe(isDeleted);
        expect(new Map(Object.entries(record?.fields ?? {}))).toEqual(expected(order));
        for (const { step, names, fields, deleted } of returned) {
          const said = { ...(step.change["data"] as object | undefined) };
          for (const name of names) {
            // What goes back is what is there now, and differs from what was said.
            if (name === "") expect(deleted).toBe(true);
            else if (name in said)
              expect((fields as { [name: string]: unknown })[name]).not.toBe(
                (said as { [name: string]: unknown })[name],
              );
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
