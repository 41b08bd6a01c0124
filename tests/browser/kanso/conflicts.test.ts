// Two devices on one account that change the same while they are apart: what is asked, what is not, and what becomes of it.

import { expect, test } from "vitest";
import { useBrowser } from "../fixture.ts";
import { startKanso } from "./kanso-app.ts";
import { askForAccount, register, restAs, signIn, synced } from "./people.ts";
import {
  addHabit,
  expectAccessible,
  follow,
  habit,
  KEPT,
  kept,
  openPhone,
  type Phone,
} from "./phone.ts";

useBrowser();

/** What a device says that it has sent may still be on its way where it was just decided. */
const SOON = { timeout: 30_000 };

const ANA = "ana@example.org";

test("both rename a habit without a network: both versions are shown, one is kept, and both devices have it", async () => {
  const { app, phone, laptop } = await twoDevices("Walk");
  await apart([phone, laptop], async () => {
    await rename(phone, "Walk", "Walk the dog");
    await rename(laptop, "Walk", "Walk in the park");
  });
  // Whoever comes second is asked.
  phone.gate.restore();
  await synced(phone.page);
  laptop.gate.restore();
  const { page } = laptop;
  await page.getByRole("button", { name: "1 change needs you" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("Walk in the park").waitFor();
  await sheet.getByText("Walk the dog").first().waitFor();
  await expectAccessible(page);
  await sheet.getByRole("button", { name: "Keep mine" }).click();
  await sheet.getByText("Nothing to decide").waitFor();
  await synced(page);
  await habit(phone.page, "Walk in the park").waitFor();
  await habit(page, "Walk in the park").waitFor();
  await expect.poll((await restAs(app, ANA)).titles, SOON).toEqual(["Walk in the park"]);
});

test("theirs is kept", async () => {
  const { phone, laptop } = await conflict();
  await laptop.page.getByRole("button", { name: "Keep theirs" }).click();
  await laptop.page.getByText("Nothing to decide").waitFor();
  await laptop.go("/");
  await habit(laptop.page, "Walk the dog").waitFor();
  await habit(phone.page, "Walk the dog").waitFor();
});

test("where more than one thing differs, each can be chosen by itself", async () => {
  const { app, phone, laptop } = await twoDevices("Walk");
  await apart([phone, laptop], async () => {
    await rename(phone, "Walk", "Walk the dog", "With Bello");
    await rename(laptop, "Walk", "Walk in the park", "Before lunch");
  });
  phone.gate.restore();
  await synced(phone.page);
  laptop.gate.restore();
  const { page } = laptop;
  await page.getByRole("button", { name: "1 change needs you" }).waitFor();
  await follow(page, "/conflicts");
  await expectAccessible(page);
  const name = page.getByRole("group", { name: "Name" });
  const description = page.getByRole("group", { name: "Description" });
  await name.getByLabel("On the other device").check();
  await description.getByLabel("On this device").check();
  await page.getByRole("button", { name: "Keep what I chose" }).click();
  await page.getByText("Nothing to decide").waitFor();
  await synced(page);
  await expect
    .poll((await restAs(app, ANA)).descriptions, SOON)
    .toEqual({ "Walk the dog": "Before lunch" });
});

test("what the server does not take is told with the reason, and can be tried again", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const { page } = phone;
  // Over plain requests, of which the first with something in it is refused.
  await page.routeWebSocket(/./, (socket) => socket.close());
  let refused = false;
  await page.route("**/v1/kanso/*/sync", async (route) => {
    const asked: { readonly mutations?: readonly { readonly id: number }[] } = route
      .request()
      .postDataJSON();
    const [first] = asked.mutations ?? [];
    if (first === undefined || refused) return route.continue();
    refused = true;
    const answer = await route.fetch({ postData: { ...asked, mutations: [] } });
    const error = { code: "schema", message: "title cannot be empty" };
    const results = [{ id: first.id, status: "rejected", error }];
    return route.fulfill({ response: answer, json: { ...(await answer.json()), results } });
  });
  await addHabit(phone, "Walk");
  await askForAccount(phone, ANA);
  await follow(page, "/conflicts");
  await page.getByText("The server did not take this.").waitFor();
  await page.getByText("Something in it does not fit.").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Nothing to decide").waitFor();
  await synced(page);
  await expect.poll((await restAs(app, ANA)).titles, SOON).toEqual(["Walk"]);
});

test("a habit that one deleted and the other renamed: the person says which holds", async () => {
  const { app, phone, laptop } = await twoDevices("Walk");
  await apart([phone, laptop], async () => {
    await rename(laptop, "Walk", "Walk in the park");
  });
  expect(await (await restAs(app, ANA)).remove("Walk")).toBe(204);
  laptop.gate.restore();
  phone.gate.restore();
  await laptop.page.getByRole("button", { name: "1 change needs you" }).click();
  await laptop.page
    .getByText("You changed it here, and it was deleted on another device.")
    .waitFor();
  await laptop.page.getByRole("button", { name: "Keep mine" }).click();
  await synced(laptop.page);
  await habit(phone.page, "Walk in the park").waitFor();
});

test("the same change on both, and amounts that add up: nobody is asked", async () => {
  const { phone, laptop } = await twoDevices("Walk");
  await apart([phone, laptop], async () => {
    await rename(phone, "Walk", "Walk far");
    await rename(laptop, "Walk", "Walk far");
    await done(phone, "Walk far");
    await done(laptop, "Walk far");
  });
  phone.gate.restore();
  await synced(phone.page);
  laptop.gate.restore();
  await synced(laptop.page);
  await laptop.go("/conflicts");
  await laptop.page.getByText("Nothing to decide").waitFor();
});

async function twoDevices(title: string) {
  const app = await startKanso();
  const phone = await openPhone(app, KEPT);
  await addHabit(phone, title);
  await register(phone, ANA);
  const laptop = await openPhone(app, KEPT);
  await signIn(laptop, ANA);
  await habit(laptop.page, title).waitFor();
  return { app, phone, laptop };
}

async function conflict() {
  const devices = await twoDevices("Walk");
  const { phone, laptop } = devices;
  await apart([phone, laptop], async () => {
    await rename(phone, "Walk", "Walk the dog");
    await rename(laptop, "Walk", "Walk in the park");
  });
  phone.gate.restore();
  await synced(phone.page);
  laptop.gate.restore();
  await laptop.page.getByRole("button", { name: "1 change needs you" }).waitFor();
  await follow(laptop.page, "/conflicts");
  return devices;
}

/** What happens while the devices have no network. */
async function apart(devices: readonly Phone[], happens: () => Promise<void>): Promise<void> {
  for (const { page, gate } of devices) {
    await kept(page);
    gate.cut();
  }
  await happens();
}

async function rename(
  { page }: Phone,
  from: string,
  to: string,
  description?: string,
): Promise<void> {
  await page.getByRole("button", { name: `Value, note or skip: ${from}` }).click();
  const address = await page.getByRole("link", { name: "Show the habit" }).getAttribute("href");
  await page.keyboard.press("Escape");
  await follow(page, `${address}/edit`);
  if (description !== undefined) await page.getByLabel("Description").fill(description);
  await page.getByLabel("Name", { exact: true }).fill(to);
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await page.waitForURL(({ pathname }) => !pathname.endsWith("/edit"));
  await follow(page, "/");
  await habit(page, to).waitFor();
}

async function done({ page }: Phone, title: string): Promise<void> {
  await habit(page, title).click();
  await page.locator('[data-state="done"]', { hasText: title }).waitFor();
}
