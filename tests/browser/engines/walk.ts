// Walks that are the same in every browser: what a person does with an app, by looking at the page and with mouse and keys.

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import {
  type Device,
  ENTER,
  type Engine,
  type RunningEngine,
  type Tab,
} from "../../../tools/browsers/engine.ts";
import { findEngines } from "../../../tools/browsers/find.ts";
import { type Gate, openGate } from "../gate.ts";
import { until } from "../until.ts";

/** Something that is to be seen on a page. */
export interface Thing {
  readonly css: string;
  /** What it shows, or is called by its label, has this in it. */
  readonly text?: string;
}

/** A tab in which somebody acts. */
export interface Person {
  readonly tab: Tab;
  /** Goes to a path of the app. */
  go(path: string): Promise<void>;
  see(thing: Thing): Promise<void>;
  sees(thing: Thing): Promise<boolean>;
  click(thing: Thing): Promise<void>;
  /** Writes into a field, and presses Enter where that is asked for. */
  write(field: Thing, text: string, then?: "enter"): Promise<void>;
}

/** A browser's storage with one network. */
export interface Visitor {
  readonly gate: Gate;
  /** Opens the app in another tab. */
  tab(path?: string): Promise<Person>;
  /** Closes the browser, with all its tabs. */
  close(): Promise<void>;
}

export interface Walker {
  readonly engine: Engine;
  /** Somebody with storage of their own. */
  visitor(app: { readonly url: string }): Promise<Visitor>;
  /** A browser with what it kept in a folder; only where the engine can: `engine.startAt`. */
  returning(gate: Gate, folder: string): Promise<Visitor>;
  temporaryFolder(): string;
  gate(app: { readonly url: string }): Promise<Gate>;
  atEnd(end: () => Promise<unknown>): void;
}

/** Declares tests for every browser that is there. */
export function inEveryBrowser(declare: (walk: WalkTest, engine: Engine) => void): void {
  for (const engine of findEngines()) {
    describe(engine.name, () => {
      let running: RunningEngine;
      let ends: (() => Promise<unknown>)[] = [];
      beforeAll(async () => {
        running = await engine.start();
      });
      afterEach(async () => {
        const own = ends.toReversed();
        ends = [];
        for (const end of own) await end();
      });
      afterAll(async () => await running?.close());
      const walker: Walker = {
        engine,
        atEnd: (end) => void ends.push(end),
        async gate({ url }) {
          const gate = await openGate(url);
          ends.push(() => gate.close());
          return gate;
        },
        async visitor(app) {
          const gate = await walker.gate(app);
          return visitorOf(await running.newDevice(), gate, walker);
        },
        async returning(gate, folder) {
          if (engine.startAt === undefined) throw new Error(`${engine.name} keeps no folder.`);
          return visitorOf(await engine.startAt(folder), gate, walker);
        },
        temporaryFolder() {
          const folder = mkdtempSync(join(tmpdir(), "syncline-walk-"));
          const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
          ends.push(() => rm(folder, options));
          return folder;
        },
      };
      declare((name, run) => test(name, () => run(walker)), engine);
    });
  }
}

export type WalkTest = (name: string, run: (walker: Walker) => Promise<void>) => void;

function visitorOf(device: Device, gate: Gate, { atEnd }: Walker): Visitor {
  let open = true;
  const close = async () => {
    if (open) await device.close();
    open = false;
  };
  atEnd(close);
  return {
    gate,
    close,
    async tab(path = "/") {
      const tab = await device.newTab();
      const person = personAt(tab, gate.url);
      await person.go(path);
      return person;
    },
  };
}

function personAt(tab: Tab, url: string): Person {
  const sees = async (thing: Thing) => (await placeOf(tab, thing)) !== null;
  async function click(thing: Thing): Promise<void> {
    let place: Place | null = null;
    await until(
      async () => {
        place = await placeOf(tab, thing, true);
        return place !== null;
      },
      `${told(thing)} can be clicked`,
    );
    const { x, y } = place as unknown as Place; // it came to be
    await tab.tap(x, y);
  }
  return {
    tab,
    go: (path) => tab.open(url + path),
    sees,
    see: (thing) => until(() => sees(thing), `${told(thing)} is there`),
    click,
    async write(field, text, then) {
      await click(field);
      await tab.type(then === "enter" ? text + ENTER : text);
    },
  };
}

const told = ({ css, text }: Thing) => (text === undefined ? css : `${css} with “${text}”`);

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Where the middle of something is in the window, once it shows.
 * @param free only if nothing lies over it, and it stays where it is
 */
async function placeOf(tab: Tab, thing: Thing, free = false): Promise<Place | null> {
  return await tab.evaluate(
    async ({ css, text }, mustBeFree) => {
      const called = (element: Element): string => {
        const labels = "labels" in element ? [...((element.labels as NodeList | null) ?? [])] : [];
        return [
          element.getAttribute("aria-label"),
          ...labels.map(({ textContent }) => textContent),
          element.textContent,
        ].join(" ");
      };
      const found = [...document.querySelectorAll(css)].find(
        (element) =>
          element.getClientRects().length > 0 &&
          (text === undefined || called(element).includes(text)),
      );
      if (found === undefined) return null;
      if (!mustBeFree) return { x: 0, y: 0 };
      found.scrollIntoView({ block: "center", behavior: "instant" });
      const box = () => found.getBoundingClientRect();
      const before = box();
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { left, top, width, height } = box();
      if (left !== before.left || top !== before.top) return null;
      const [x, y] = [left + width / 2, top + height / 2];
      const there = document.elementFromPoint(x, y);
      return there !== null && (found.contains(there) || there.contains(found)) ? { x, y } : null;
    },
    thing,
    free,
  );
}
