// What opens over the pages around habits: axe finds nothing on it; and a habit with five years of entries is one step.

import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { fillAccount, type KansoApp, PERSON, signIn, startKanso, today } from "./kanso-app.ts";
import { addHabit, expectAccessible, habit, openPhone } from "./phone.ts";
import { createSample } from "./sample.ts";

useBrowser();

test("axe finds nothing where there are no habits, on the order, a form with problems, and what opens over pages", async () => {
  const phone = await openPhone(await startKanso());
  const { page, go } = phone;
  await expectAccessible(page);
  await addHabit(phone, "Read");
  await addHabit(phone, "Walk");
  await go("/?order");
  await expectAccessible(page);
  await page.goto(phone.gate.url);
  await habit(page, "Walk").press("Enter");
  await page.getByRole("dialog").getByRole("link").click();
  await page.getByRole("link", { name: "Edit" }).first().click();
  await page.getByRole("heading", { name: "Edit habit" }).waitFor();
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("status").getByText("Walk is in the archive").waitFor();
  await go("/archive");
  await page.getByRole("button", { name: "Delete Walk" }).click();
  await expectAccessible(page);

  await go("/habits/new");
  await page.getByText("An amount").click();
  await page.getByLabel("Repeat").selectOption("specific_days");
  await page.getByLabel("Remind me").check();
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("2 fields need another look").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Icon / }).click();
  await expectAccessible(page);

  await page.keyboard.press("Escape");
  await page.getByLabel("Repeat").selectOption("daily");
  await page.getByLabel("Name", { exact: true }).fill("Swim");
  await page.keyboard.press("Enter");
  await habit(page, "Swim").waitFor();
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search" }).fill("r");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await expectAccessible(page);
});

test("a habit with more entries than one mutation holds is deleted, and comes back, in one step", async () => {
  const app = await startKanso();
  await fillAccount(app, createSample({ habits: 1, days: 1_900, today: today() }));
  const { page, gate } = await openPhone(app, { timezoneId: "UTC" });
  await signIn(page, gate.url);
  const synced = () => page.locator(".sync-status", { hasText: /^Synced/ }).waitFor();
  const all = await entriesOf(app);
  expect(all).toBeGreaterThan(1_000);

  await page.goto(gate.url);
  await habit(page, "Drink water").press("Enter");
  await page.getByRole("dialog").getByRole("link").click();
  await page.getByRole("link", { name: "Edit" }).first().click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("status").getByText("Drink water was deleted").waitFor();
  await page.getByText("Start with one small habit").waitFor();
  await until(async () => (await entriesOf(app)) === 0, "the server has heard of it");
  await page.keyboard.press("Control+z");
  await page.getByRole("status").getByText("Undone: Deleted Drink water").waitFor();
  await habit(page, "Drink water").waitFor();
  await synced();
  await until(async () => (await entriesOf(app)) === all, "the server has it back");
  await page.keyboard.press("Control+z");
  await page.getByRole("status").getByText("There is nothing to undo").waitFor();
});

/** How many entries the server has of the account's habits. */
async function entriesOf({ url }: KansoApp): Promise<number> {
  const login = await fetch(`${url}/accounts/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(PERSON),
  });
  const { token } = (await login.json()) as { token: string }; // as documented
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(url + path, { headers })).json()) as readonly { id: string }[];
  };
  const counts = (await get("/api/v1/habits")).map(
    async ({ id }) =>
      (await get(`/api/v1/entries?habit_id=${id}&from=2000-01-01T00:00:00Z`)).length,
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
