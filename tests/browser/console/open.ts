// The console in a browser of the tests.

import type { BrowserContextOptions, Page } from "playwright";
import { newContext } from "../fixture.ts";

/** Opens it, not signed in. What its policy refuses is thrown by `refused`. */
export async function openConsole(
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly refused: readonly string[] }> {
  const context = await newContext({ locale: "en-GB", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/Content.Security|Trusted/.test(message.text())) refused.push(message.text());
  });
  page.on("pageerror", (error) => refused.push(error.message));
  await page.goto(`${url}/console`);
  await page.getByLabel("Admin key").waitFor();
  return { page, refused };
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("Admin key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** Goes to a page by its link. */
export async function go(page: Page, name: string): Promise<void> {
  const menu = page.getByRole("button", { name: "Pages", exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}
