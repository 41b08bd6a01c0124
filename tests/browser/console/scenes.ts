// The pages and dialogs of the console, each as it is got to: for tests of all of them, and for pictures.

import type { Page } from "playwright";
import type { Installation } from "./installation.ts";

export interface Scene {
  readonly name: string;
  show(page: Page, at: Installation): Promise<void>;
}

/** Goes to an address of the console, and waits until it shows what it loads. */
async function to(page: Page, address: string, heading: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.waitForFunction(() => document.querySelector(".loading") === null);
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

export const SCENES: readonly Scene[] = [
  { name: "overview", show: (page) => to(page, "/overview", "Overview") },
  {
    name: "menu",
    async show(page) {
      await to(page, "/overview", "Overview");
      const menu = page.getByRole("button", { name: "Pages", exact: true });
      // On a wide page the pages are there.
      if (await menu.isVisible()) await menu.click();
    },
  },
  { name: "spaces", show: (page) => to(page, "/spaces", "Spaces") },
  { name: "space", show: (page) => to(page, "/spaces/todo/team", "todo/team") },
  {
    name: "space-delete",
    async show(page) {
      await to(page, "/spaces/todo/team", "todo/team");
      await press(page, "Delete…");
      await press(page, "Delete the space");
      await page.getByText("Type it exactly").waitFor();
    },
  },
  { name: "space-unknown", show: (page) => to(page, "/spaces/todo/none", "todo/none") },
  { name: "people", show: (page) => to(page, "/people", "People") },
  {
    name: "people-none",
    async show(page) {
      await to(page, "/people", "People");
      await page.getByLabel("Part of an address").fill("nobody at all");
      await press(page, "Search");
      await page.getByText("has “nobody at all” in it").waitFor();
    },
  },
  { name: "person", show: (page, { ana }) => to(page, `/people/${ana.userId}`, "ana@example.org") },
  {
    name: "person-delete",
    async show(page, { ana }) {
      await to(page, `/people/${ana.userId}`, "ana@example.org");
      await press(page, "Delete…");
    },
  },
  { name: "keys", show: (page) => to(page, "/keys", "API keys") },
  {
    name: "key-new",
    async show(page) {
      await to(page, "/keys", "API keys");
      await press(page, "Make a key…");
    },
  },
  { name: "background", show: (page) => to(page, "/background", "Background work") },
  { name: "backups", show: (page) => to(page, "/backups", "Backups") },
  { name: "audit", show: (page) => to(page, "/audit", "Audit") },
  { name: "own-key", show: (page) => to(page, "/key", "This key") },
  { name: "nowhere", show: (page) => to(page, "/nowhere", "No such page") },
];
