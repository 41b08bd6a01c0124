// The board in a real browser: three people of different rights, invited by link, with and without a network.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { type BoardApp, serveBoard } from "../../examples/board/serve.ts";
import {
  atEnd,
  type Device,
  openDevice,
  SECRET,
  temporaryFolder,
  until,
  useBrowser,
} from "./fixture.ts";

useBrowser();

async function start(): Promise<BoardApp> {
  const app = await serveBoard({ secret: SECRET, databasePath: `${temporaryFolder()}/board.db` });
  atEnd(() => app.close());
  return app;
}

async function deviceOf(app: BoardApp, user: string, hash = ""): Promise<Device> {
  const device = await openDevice(app);
  await device.page.goto(`${device.gate.url}/?user=${user}${hash}`);
  return device;
}

const saved = (page: Page) =>
  page.locator('.status[data-phase="live"]', { hasText: "saved" }).waitFor();
const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const cards = (page: Page, name: string) =>
  column(page, name).locator("li button").allTextContents();
const has = (page: Page, name: string, wanted: readonly string[]) =>
  until(
    async () => (await cards(page, name)).join() === wanted.join(),
    `${name} holds ${wanted.join(", ")}`,
  );
const people = (page: Page) => page.getByRole("button", { name: "People", exact: true }).click();
const roleOf = (page: Page, user: string) => page.getByLabel(`Role of ${user}`);

async function add(page: Page, name: string, title: string): Promise<void> {
  await page.getByLabel(`Add to ${name}`).fill(title);
  await page.keyboard.press("Enter");
  await column(page, name).getByText(title, { exact: true }).waitFor();
}

/** Makes a board, and gives the links to it for a writer and a reader. */
async function makeBoard(page: Page): Promise<{ writer: string; reader: string }> {
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

async function join(app: BoardApp, user: string, hash: string): Promise<Device> {
  const device = await deviceOf(app, user, hash);
  await device.page.getByText("invites you to Our plans").waitFor();
  await device.page.getByRole("button", { name: "Join" }).click();
  await has(device.page, "To do", ["Invite somebody"]);
  await saved(device.page);
  return device;
}

test("three people of different rights share a board by links", async () => {
  const app = await start();
  const { page: alice } = await deviceOf(app, "alice");
  const { writer, reader } = await makeBoard(alice);
  const { page: bob } = await join(app, "bob", writer);
  const { page: carol } = await join(app, "carol", reader);
  const eve = await deviceOf(app, "eve", writer);
  await eve.page.getByRole("alert").getByText("not good any more").waitFor();
  await until(async () => (await alice.locator(".there li").count()) === 2, "alice sees both");
  await carol.getByText("You may look, and change nothing.").waitFor();
  expect(await carol.getByLabel("Add to To do").count()).toBe(0);
  await add(bob, "To do", "Bread");
  await add(bob, "To do", "Milk");
  await has(carol, "To do", ["Invite somebody", "Bread", "Milk"]);
  await column(bob, "To do").getByText("Milk").dragTo(column(bob, "To do").getByText("Bread"));
  await has(alice, "To do", ["Invite somebody", "Milk", "Bread"]);
  await column(bob, "To do").getByText("Bread").dragTo(column(bob, "Doing"));
  await has(carol, "Doing", ["Bread"]);
  await bob.getByRole("button", { name: "Undo move a card" }).click();
  await has(alice, "To do", ["Invite somebody", "Milk", "Bread"]);
  for (const page of [alice, bob]) {
    await column(page, "To do").getByText("Milk").click();
    await page.getByRole("button", { name: "Vote" }).click();
  }
  await alice.getByRole("button", { name: "▲ 2 Vote" }).waitFor();
  await bob.getByLabel("Comment", { exact: true }).fill("Two bottles, please");
  await bob.keyboard.press("Enter");
  await alice.getByRole("dialog").getByText("Two bottles, please").waitFor();
});

test("offline a board is made and changed, and others have it when the network is back", async () => {
  const app = await start();
  const device = await deviceOf(app, "alice");
  const { page, gate } = device;
  const { writer } = await makeBoard(page);
  const { page: bob } = await join(app, "bob", writer);
  gate.cut();
  await add(page, "Done", "Written offline");
  await page.locator('.status[data-phase="offline"]', { hasText: "1 to send" }).waitFor();
  await page.getByRole("button", { name: "Invite a writer" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByRole("link", { name: "All boards" }).click();
  await page.getByLabel("Name of a new board").fill("Made offline");
  await page.keyboard.press("Enter");
  await has(page, "To do", ["Invite somebody"]);
  gate.restore();
  await has(bob, "Done", ["Written offline"]);
  await page.getByRole("link", { name: "All boards" }).click();
  await page.getByRole("link", { name: /Made offline.*owner/ }).waitFor();
});

test("one is demoted, one is removed and keeps what he wrote, and the board is handed over", async () => {
  const app = await start();
  const { page: alice } = await deviceOf(app, "alice");
  const { writer, reader } = await makeBoard(alice);
  const { page: bob, gate } = await join(app, "bob", writer);
  const { page: carol } = await join(app, "carol", reader);
  await roleOf(alice, "carol").selectOption("writer");
  await add(carol, "Doing", "Carol's card");
  await roleOf(alice, "carol").selectOption("reader");
  await carol.getByText("You may look, and change nothing.").waitFor();
  gate.cut();
  await add(bob, "To do", "Never sent");
  await alice.getByLabel("bob", { exact: true }).getByRole("button", { name: "Remove" }).click();
  await until(async () => (await roleOf(alice, "bob").count()) === 0, "bob is out");
  gate.restore();
  await bob.getByText("You are not a member of this board any more").waitFor();
  await bob.getByRole("region", { name: "Refused" }).getByText("Never sent").waitFor();
  await until(
    async () => (await bob.locator(".columns li").count()) === 0,
    "nothing is left of it",
  );
  expect(await cards(alice, "To do")).toEqual(["Invite somebody"]);
  await alice
    .getByLabel("carol", { exact: true })
    .getByRole("button", { name: "Hand over" })
    .click();
  await people(carol);
  await carol.getByRole("button", { name: "Invite a writer" }).waitFor();
  await until(
    async () => (await alice.getByRole("button", { name: "Invite a writer" }).count()) === 0,
    "alice invites nobody any more",
  );
  await alice.getByRole("button", { name: "Leave" }).click();
  await alice.getByText("You are not a member of this board any more").waitFor();
});

test("fits a phone, is usable without dragging, and no page scrolls sideways", async () => {
  const app = await start();
  const { page } = await openDevice(app, { viewport: { width: 390, height: 844 } });
  await page.getByLabel("Your name").fill("alice");
  await page.keyboard.press("Enter");
  await makeBoard(page);
  await column(page, "To do").getByText("Invite somebody").click();
  await page.getByLabel("Column", { exact: true }).selectOption("Done");
  await page.getByRole("button", { name: "Close" }).click();
  await has(page, "Done", ["Invite somebody"]);
  const wide = () =>
    page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  expect(await wide()).toBeLessThanOrEqual(0);
});
