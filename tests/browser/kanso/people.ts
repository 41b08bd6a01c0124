// Kanso on devices that can lose their network, for the tests of accounts, conflicts and transfers; and what people do there.

import { createRequire } from "node:module";
import { join } from "node:path";
import { buildWeb } from "@syncline/kanso-web/build";
import { type ServedApp, serveWeb } from "@syncline/kanso-web/serve";
import type { BrowserContextOptions, Page } from "playwright";
import { expect } from "vitest";
import { atEnd, newContext, temporaryFolder, useBrowser } from "../fixture.ts";
import { type Gate, openGate } from "../gate.ts";

export const PASSWORD = "a few quiet words";

export function useKanso(): void {
  useBrowser(async () => void (await buildWeb()));
}

export async function startKanso(): Promise<ServedApp> {
  const app = await serveWeb({
    databasePath: join(temporaryFolder(), "kanso.db"),
    secret: "a secret for the tests of Kanso's pages",
  });
  atEnd(() => app.close());
  return app;
}

export interface KansoDevice {
  readonly page: Page;
  readonly gate: Gate;
  /** Opens an address of the app. */
  go(path: string): Promise<void>;
  /** Opens the app in another tab. */
  tab(): Promise<Page>;
}

/** A browser of its own: its own storage, its own network. */
export async function openKanso(
  app: ServedApp,
  options: BrowserContextOptions = {},
): Promise<KansoDevice> {
  const gate = await openGate(app.url);
  atEnd(() => gate.close());
  const context = await newContext({ locale: "en-GB", ...options });
  const tab = async () => {
    const page = await context.newPage();
    await page.goto(gate.url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  const page = await tab();
  return {
    page,
    gate,
    tab,
    async go(path) {
      await page.goto(gate.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
  };
}

export async function fillCredentials(page: Page, email: string, password = PASSWORD) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
}

export async function register(device: KansoDevice, email: string): Promise<void> {
  await askForAccount(device, email);
  await synced(device.page);
}

export async function askForAccount({ page, go }: KansoDevice, email: string): Promise<void> {
  await go("/sign-in");
  await page.getByText("Create account", { exact: true }).first().click();
  await fillCredentials(page, email);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(({ pathname }) => pathname === "/");
}

export async function signIn({ page, go }: KansoDevice, email: string): Promise<void> {
  await go("/sign-in");
  await fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await synced(page);
}

/** Waits until the page says that everything is on the server. */
export async function synced(page: Page): Promise<void> {
  await page.locator(".sync-status", { hasText: /^Synced/ }).waitFor({ timeout: 100_000 });
}

export async function addHabit({ page, go }: KansoDevice, title: string): Promise<void> {
  await go("/habits/new");
  await page.getByLabel("Name", { exact: true }).fill(title);
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await habit(page, title).waitFor();
}

/** A habit on the today page. */
export function habit(page: Page, title: string) {
  return page.getByRole("button", { name: new RegExp(`^${title}`) });
}

/** What the server answers to a person's REST calls. */
export async function restAs(app: Pick<ServedApp, "url">, email: string, password = PASSWORD) {
  const login = await fetch(`${app.url}/accounts/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password, device: "REST" }),
  });
  const { token }: { token?: string } = await login.json();
  const headers = { authorization: `Bearer ${token}` };
  const habits = async (): Promise<
    readonly { readonly id: string; readonly title: string; readonly description: string }[]
  > => await (await fetch(`${app.url}/api/v1/habits`, { headers })).json();
  return {
    status: login.status,
    get: (path: string) => fetch(app.url + path, { headers }),
    titles: async () => (await habits()).map(({ title }) => title).sort(),
    /** By title. */
    descriptions: async () =>
      Object.fromEntries((await habits()).map(({ title, description }) => [title, description])),
    /** Deletes a habit. */
    remove: async (wanted: string) => {
      const found = (await habits()).find(({ title }) => title === wanted);
      const path = `${app.url}/api/v1/habits/${found?.id}`;
      return (await fetch(path, { method: "DELETE", headers })).status;
    },
  };
}

/** axe finds nothing on the page, light and dark. */
export async function expectAccessible(page: Page): Promise<void> {
  const source = createRequire(import.meta.url).resolve("axe-core");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.addScriptTag({ path: source });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }; // the script that was just added
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
    expect(found).toEqual([]);
  }
}

/** Goes to an address as links do: nothing is loaded anew. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((address) => {
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}
