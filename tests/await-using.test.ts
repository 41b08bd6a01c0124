// `await using`, compiled for browsers that do not know it, where `Symbol.asyncDispose` is missing as well.

import { expect, test } from "vitest";
import { bundle } from "../tools/bundle.ts";

const ENTRY = `
  import { collection, openClient, openMemoryStore } from "@syncline/client";
  const transport = { sync: fail, pull: fail, stream: fail, close: async () => {} };
  async function fail() { throw new Error("There is no network."); }
  run.result = (async () => {
    let held;
    {
      await using client = await openClient({
        app: "app", store: await openMemoryStore(), collections: { notes: collection() },
        transport, autoSync: false,
      });
      held = client;
      await client.collections.notes.insert({ text: "a" }).local;
    }
    const late = await held.collections.notes.insert({ text: "b" }).local.then(() => "taken", ({ code }) => code);
    return { late, names: Object.keys(held), has: "asyncDispose" in Symbol };
  })();`;

/** A platform's `Symbol` as it was before there was anything to dispose of. */
function olderSymbol(): object {
  const older = (text?: string) => Symbol(text);
  const { iterator, asyncIterator, hasInstance, toPrimitive, toStringTag, species } = Symbol;
  return Object.assign(older, {
    ...{ iterator, asyncIterator, hasInstance, toPrimitive, toStringTag, species },
    for: (key: string) => Symbol.for(key),
  });
}

test.each(["es2023", "es2022"])(
  "closes the client at the end of its block, for %s",
  async (target) => {
    const { chunks } = await bundle(ENTRY, new URL("../", import.meta.url), target);
    const code = chunks.map((chunk) => chunk.code).join("\n");
    expect(code).not.toMatch(/await using/);
    for (const symbols of [olderSymbol(), Symbol]) {
      const run: { result?: Promise<object> } = {};
      // As in a page whose `Symbol` is this one.
      new Function("Symbol", "run", code)(symbols, run);
      const result = await run.result;
      expect(result).toMatchObject({ late: "closed", has: true });
      expect(result).not.toMatchObject({ names: expect.arrayContaining(["undefined"]) });
    }
  },
);
