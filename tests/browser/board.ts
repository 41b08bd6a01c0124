// What tests of the board share: its people's devices, and what they do on them.

import type { Page } from "playwright";
import type { BoardApp } from "../../examples/board/serve.ts";
import { type Device, openDevice, until } from "./fixture.ts";

export async function deviceOf(
  app: Pick<BoardApp, "url">,
  user: string,
  hash = "",
): Promise<Device> {
  const device = await openDevice(app);
  await device.page.goto(`${device.gate.url}/?user=${user}${hash}`);
  return device;
}

export const saved = (page: Page) =>
  page.locator('.status[data-phase="live"]', { hasText: "saved" }).waitFor();
export const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
export const cards = (page: Page, name: string) =>
  column(page, name).locator("li button").allTextContents();
export const has = (page: Page, name: string, wanted: readonly string[]) =>
  until(
    async () => (await cards(page, name)).join() === wanted.join(),
    `${name} holds ${wanted.join(", ")}`,
  );
export const people = (page: Page) =>
  page.getByRole("button", { name: "People", exact: true }).click();
export const roleOf = (page: Page, user: string) => page.getByLabel(`Role of ${user}`);

export async function add(page: Page, name: string, title: string): Promise<void> {
  await page.getByLabel(`Add to ${name}`).fill(title);
  await page.keyboard.press("Enter");
  await column(page, name).getByText(title, { exact: true }).waitFor();
}

/** Makes a board, and gives the links to it for a writer and a reader. */
export async function makeBoard(page: Page): Promise<{ writer: string; reader: string }> {
  await page.getByLabel("Name of a new board").fill("Our plans");
  await page.keyboard.press("Enter");
  await has(page, "To do", ["Invite somebody"]);
  await saved(page);
  await people(page);
  const links: string[] = [];
  for (const role of ["writer", "reader"]) {
    await page.getByRole("button", { name: `Invite a ${role}` }).click();
    const link = page.getByLabel("Invitation");
    await until(
      async () => (await link.count()) === 1 && !links.includes(await link.inputValue()),
      "there is another link",
    );
    links.push(await link.inputValue());
  }
  const [writer = "", reader = ""] = links.map((link) => new URL(link).hash);
  return { writer, reader };
}

export async function join(
  app: Pick<BoardApp, "url">,
  user: string,
  hash: string,
): Promise<Device> {
  const device = await deviceOf(app, user, hash);
  await device.page.getByText("invites you to Our plans").waitFor();
  await device.page.getByRole("button", { name: "Join" }).click();
  await has(device.page, "To do", ["Invite somebody"]);
  await saved(device.page);
  return device;
}
