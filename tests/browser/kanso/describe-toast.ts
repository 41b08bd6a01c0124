// A message has a place of its own: on every page and sheet, in every width and language, it lies over no control.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { atEnd, newContext } from "../fixture.ts";
import { openGate } from "../gate.ts";
import { startKanso } from "./kanso-app.ts";
import { follow } from "./phone.ts";
import { SCENES } from "./scenes.ts";
import { closeSheets, enter, sampleOf, stageOf } from "./stage.ts";

const SIZES = [
  { width: 320, height: 568 },
  { width: 360, height: 640 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];
/** As long as a message is shown by itself. */
const SHOWN_MS = 7_000;

/** The test that one language makes: one in every run, the others in the long part. */
export function describeToast(locale: string): void {
  test(`${locale}: nothing lies under a message but its own place`, async () => {
    const app = await startKanso();
    const gate = await openGate(app.url);
    atEnd(() => gate.close());
    const context = await newContext({ locale, timezoneId: "UTC", reducedMotion: "reduce" });
    await context.addInitScript((ms) => {
      // Messages stay: each page is to be looked at with one.
      const later = setTimeout;
      const held = (run: TimerHandler, after?: number, ...rest: unknown[]) =>
        later(run, after === ms ? 1e8 : after, ...rest);
      Object.assign(globalThis, { setTimeout: held });
    }, SHOWN_MS);
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(gate.url);
    const owner = { email: `${locale}@example.org`, sample: sampleOf() };
    const covered: string[] = [];
    let isMember = false;
    let looks = 0;
    for (const scene of SCENES) {
      if (scene.who === "member" && !isMember) {
        await enter(app, page, gate.url, owner);
        isMember = true;
      }
      await page.setViewportSize(SIZES[3] ?? { width: 1280, height: 800 });
      await showToast(page, isMember);
      await scene.show(stageOf(app, { page, gate }, owner));
      // Scenes begin at an address of their own, some with the app loaded anew.
      if ((await page.locator(".toast").count()) === 0) continue;
      for (const size of SIZES) {
        await page.setViewportSize(size);
        const under = await controlsUnderToast(page);
        looks += under.seen;
        for (const name of under.covered) covered.push(`${scene.name}, ${size.width}: ${name}`);
      }
      await closeSheets(page, gate.url);
    }
    expect(covered).toEqual([]);
    // Controls were looked at, with a message on nearly every scene.
    expect(looks).toBeGreaterThan(SCENES.length * SIZES.length * 5);
  });
}

/** The longest that there is: it names a habit, and can be taken back. */
async function showToast(page: Page, isMember: boolean): Promise<void> {
  if (!isMember) {
    await page.locator("h1").first().waitFor();
    await page.keyboard.press("Control+z");
  } else {
    await follow(page, "/");
    await page.locator(".habit-row:not([data-state=unknown]) .habit-main").last().click();
  }
  await page.locator(".toast").waitFor();
}

interface Found {
  readonly seen: number;
  readonly covered: readonly string[];
}

/** Asks from above, from below, and from the middle of the page what a finger would hit where a control's middle is. */
async function controlsUnderToast(page: Page): Promise<Found> {
  return await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const covered = new Set<string>();
    const top = document.querySelector("dialog[open]") ?? document.body;
    const { scrollHeight } = document.documentElement;
    const place = document.querySelector<HTMLElement>(".toast");
    let seen = 0;
    if (place === null) return { seen, covered: [] };
    for (const from of [0, scrollHeight / 2 - innerHeight / 2, scrollHeight]) {
      scrollTo(0, from);
      await frame();
      const controls = top.querySelectorAll<HTMLElement>(
        "a[href], button, input, select, textarea, summary, [role=button]",
      );
      for (const control of controls) {
        if (control.closest(".toast") !== null) continue;
        if (!control.checkVisibility({ opacityProperty: false, visibilityProperty: true }))
          continue;
        const { left, top: above, width, height } = control.getBoundingClientRect();
        const [x, y] = [left + width / 2, above + height / 2];
        if (width < 2 || height < 2 || x < 0 || y < 0 || x > innerWidth || y > innerHeight)
          continue;
        seen += 1;
        if (document.elementFromPoint(x, y)?.closest(".toast") == null) continue;
        // Under the message: without it, would a finger reach the control?
        place.style.visibility = "hidden";
        const reached = document.elementFromPoint(x, y);
        place.style.visibility = "";
        if (reached === null || !(control.contains(reached) || reached.contains(control))) continue;
        const name = control.getAttribute("aria-label") ?? control.textContent ?? "";
        covered.add(`${control.tagName.toLowerCase()} “${name.trim().slice(0, 40)}”`);
      }
    }
    scrollTo(0, 0);
    return { seen, covered: [...covered] };
  });
}
