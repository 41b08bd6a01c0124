// The board in a real browser: three people of different rights, invited by link, with and without a network.

import { expect, test } from "vitest";
import {
  type BoardApp,
  type BoardOptions,
  type InvitationMail,
  serveBoard,
} from "../../examples/board/serve.ts";
import { add, cards, column, deviceOf, has, join, makeBoard, people, roleOf } from "./board.ts";
import { atEnd, openDevice, SECRET, temporaryFolder, until, useBrowser } from "./fixture.ts";

useBrowser();

async function start(more: Partial<BoardOptions> = {}): Promise<BoardApp> {
  const database = { path: `${temporaryFolder()}/board.db` };
  const app = await serveBoard({ secret: SECRET, database, ...more });
  atEnd(() => app.close());
  return app;
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

test("one who is invited by an address comes by the mail, and nobody else does", async () => {
  const mails: InvitationMail[] = [];
  const app = await start({ sendMail: async (mail) => void mails.push(mail) });
  const { page: alice } = await deviceOf(app, "alice");
  await makeBoard(alice);
  await alice.getByLabel("Address to invite").fill("dora@example.org");
  await alice.getByRole("button", { name: "Mail an invitation" }).click();
  await alice.getByText("A link is on its way to dora@example.org.").waitFor();
  const [mail] = mails;
  expect(mails.map(({ to }) => to)).toEqual(["dora@example.org"]);
  const { hash, origin } = new URL(mail?.link ?? "");
  expect(origin).toBe(app.url);
  // Who has the link and another address is not let in, and does not use it up.
  const { page: eve } = await deviceOf(app, "eve", hash);
  await eve.getByRole("alert").getByText("for another e-mail address").waitFor();
  expect(await eve.getByRole("button", { name: "Join" }).count()).toBe(0);
  const { page: dora } = await join(app, "dora", hash);
  await add(dora, "To do", "Thank you");
  await has(alice, "To do", ["Invite somebody", "Thank you"]);
  await alice.getByLabel("dora", { exact: true }).waitFor();
  // A writer invites nobody here: neither by a button nor by asking the server itself.
  await people(dora);
  expect(await dora.getByLabel("Address to invite").count()).toBe(0);
  const refused = await dora.evaluate(
    async (board) => {
      const token = await (await fetch("/token?user=dora")).text();
      const body = JSON.stringify({ board, role: "reader", email: "eve@example.org" });
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch("/invite", { method: "POST", headers, body })).status;
    },
    new URLSearchParams(new URL(dora.url()).hash.slice(1)).get("board"),
  );
  expect([refused, mails.length]).toEqual([403, 1]);
});

test("fits a phone, is usable without dragging, and no page scrolls sideways", async () => {
  const app = await start();
  const { page } = await openDevice(app, { viewport: { width: 390, height: 844 } });
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
