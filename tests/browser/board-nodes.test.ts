// The board on two nodes: two server processes on one PostgreSQL, a device at each. What one of them does the other's device sees.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startTestPostgres } from "@syncline/server/testing";
import { expect, test } from "vitest";
import { add, cards, column, deviceOf, has, join, makeBoard, people, roleOf } from "./board.ts";
import { atEnd, SECRET, until, useBrowser } from "./fixture.ts";

useBrowser();

/** Starts two, one after the other: the first makes the tables. */
async function startNodes(): Promise<readonly [{ url: string }, { url: string }]> {
  const postgres = await startTestPostgres();
  atEnd(() => postgres.stop());
  const database = await postgres.database();
  const node = async () => {
    const script = fileURLToPath(new URL("./board-node.ts", import.meta.url));
    const execArgv = ["--conditions=syncline-source"];
    const child = fork(script, [database, SECRET], { execArgv });
    const ended = once(child, "exit");
    atEnd(async () => {
      if (child.connected) child.disconnect();
      await ended;
    });
    const failed = ended.then(([code]) => {
      throw new Error(`A node ended with ${code}.`);
    });
    failed.catch(() => undefined); // after the test it is meant to end
    const [url] = (await Promise.race([once(child, "message"), failed])) as [string];
    return { url };
  };
  return [await node(), await node()];
}

test("who is invited, demoted, removed and made owner at one node is so at the other", async () => {
  const [one, other] = await startNodes();
  const { page: alice } = await deviceOf(one, "alice");
  const { writer, reader } = await makeBoard(alice);
  const { page: bob, gate } = await join(other, "bob", writer);
  const { page: carol } = await join(other, "carol", reader);
  await until(async () => (await alice.locator(".there li").count()) === 2, "alice sees both");

  await add(bob, "To do", "Bread");
  await has(alice, "To do", ["Invite somebody", "Bread"]);
  await roleOf(alice, "carol").selectOption("writer");
  await add(carol, "Doing", "Carol's card");
  await has(alice, "Doing", ["Carol's card"]);

  // Demoted.
  await roleOf(alice, "carol").selectOption("reader");
  await carol.getByText("You may look, and change nothing.").waitFor();
  expect(await carol.getByLabel("Add to To do").count()).toBe(0);

  // Removed, with something that was not sent.
  gate.cut();
  await add(bob, "To do", "Never sent");
  await alice.getByLabel("bob", { exact: true }).getByRole("button", { name: "Remove" }).click();
  await until(async () => (await roleOf(alice, "bob").count()) === 0, "bob is out");
  gate.restore();
  await bob.getByText("You are not a member of this board any more").waitFor();
  await bob.getByRole("region", { name: "Refused" }).getByText("Never sent").waitFor();
  await until(async () => (await bob.locator(".columns li").count()) === 0, "nothing is left");
  await bob.getByRole("link", { name: "All boards" }).click();
  await bob.getByText("No boards yet").waitFor();
  expect(await cards(alice, "To do")).toEqual(["Invite somebody", "Bread"]);

  // Handed over.
  const person = alice.getByLabel("carol", { exact: true });
  await person.getByRole("button", { name: "Hand over" }).click();
  await people(carol);
  await carol.getByRole("button", { name: "Invite a writer" }).waitFor();
  await until(
    async () => (await alice.getByRole("button", { name: "Invite a writer" }).count()) === 0,
    "alice invites nobody any more",
  );
  await add(carol, "Done", "The owner's");
  await column(alice, "Done").getByText("The owner's").waitFor();
});
