// What somebody does in Kanso, step by step; each ends when the page shows what came of it.

import type { Page } from "playwright";
import { until } from "../../tests/browser/until.ts";
import { HABITS, type OpenPage } from "./page.ts";

/** A step's id and what a reader is told. */
export interface Step {
  readonly id: string;
  readonly title: string;
  act(open: Omit<OpenPage, "close">): Promise<unknown>;
}

/** Pixels, and pixels a second: a brisk finger. */
const SCROLLED = 2_500;
const SPEED = 1_500;

/** In this order: each begins where the one before it ended. */
export const STEPS: readonly Step[] = [
  {
    id: "opening",
    title: "opening the app, until all of its years were read",
    async act({ page, url }) {
      await page.goto(url);
      await last(page, ".habit-main");
    },
  },
  {
    id: "scrolling",
    title: "scrolling through today and back",
    async act({ cdp }) {
      for (const yDistance of [-SCROLLED, SCROLLED])
        await cdp.send("Input.synthesizeScrollGesture", {
          ...{ x: 195, y: 420, yDistance, speed: SPEED },
          // A finger's needs a device that says that it has a touch screen.
          gestureSourceType: "mouse",
        });
    },
  },
  {
    id: "completing",
    title: "completing a habit, or taking that back",
    async act({ page }) {
      const morning = page.getByRole("button", { name: /^Morning pages(?! \d)/ }).first();
      const before = await morning.getAttribute("aria-pressed");
      await morning.click();
      await until(
        async () => (await morning.getAttribute("aria-pressed")) !== before,
        "the habit is the other way round",
      );
    },
  },
  {
    id: "week",
    title: "opening the week",
    async act({ page }) {
      await page.getByRole("link", { name: "Week" }).click();
      await last(page, ".week-habit");
    },
  },
  {
    id: "other-week",
    title: "going to another week",
    act: ({ page }) => page.getByRole("button", { name: "Previous week" }).click(),
  },
  {
    id: "completing-in-week",
    title: "completing a day in the week, or taking that back",
    act: ({ page }) => page.locator("[data-marked]").nth(8).click(),
  },
  {
    id: "habit",
    title: "opening a habit, with its year and its plots",
    async act({ page }) {
      await page.locator(".week-habit").nth(1).click();
      await page.locator("canvas").first().waitFor();
    },
  },
  {
    id: "other-year",
    title: "going to another year of it",
    async act({ page }) {
      const days = page.locator(".year-grid");
      const before = await days.innerHTML();
      await page.getByRole("button", { name: "Previous year" }).click();
      await until(async () => (await days.innerHTML()) !== before, "it is another year");
    },
  },
  {
    id: "statistics",
    title: "opening statistics",
    async act({ page }) {
      await page.getByRole("link", { name: "Statistics" }).click();
      await last(page, ".ranking-row");
    },
  },
];

function last(page: Page, rows: string): Promise<void> {
  return page
    .locator(rows)
    .nth(HABITS - 1)
    .waitFor();
}
