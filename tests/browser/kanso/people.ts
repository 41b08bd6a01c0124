// What people do with Kanso on their devices: accounts, and what the server answers to them.

import type { Page } from "playwright";
import { until } from "../fixture.ts";
import type { KansoApp } from "./kanso-app.ts";
import { follow, type Phone } from "./phone.ts";

export const PASSWORD = "a few quiet words";

export async function fillCredentials(page: Page, email: string, password = PASSWORD) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
}

export async function register(device: Phone, email: string): Promise<void> {
  await askForAccount(device, email);
  await synced(device.page);
}

export async function askForAccount({ page }: Phone, email: string): Promise<void> {
  await follow(page, "/sign-in");
  await page.getByText("Create account", { exact: true }).first().click();
  await fillCredentials(page, email);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(({ pathname }) => pathname === "/");
}

export async function signIn({ page }: Phone, email: string): Promise<void> {
  await follow(page, "/sign-in");
  await fillCredentials(page, email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await synced(page);
}

/** How often in a row the page must say so: what was done a moment ago may not be counted yet. */
const CALM = 8;

/** Waits until the page says, and goes on to say, that everything is on the server. */
export async function synced(page: Page): Promise<void> {
  const status = page.locator(".sync-status", { hasText: /^Synced/ });
  let calm = 0;
  await until(async () => {
    calm = (await status.count()) > 0 ? calm + 1 : 0;
    return calm === CALM;
  }, "everything is on the server");
}

/** What the server answers to a person's REST calls. */
export async function restAs(app: Pick<KansoApp, "url">, email: string, password = PASSWORD) {
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
