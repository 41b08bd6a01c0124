// Accounts as people meet them: from guest to account, on several devices and tabs, signed out and deleted.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { useBrowser } from "../fixture.ts";
import { type KansoApp, startKanso } from "./kanso-app.ts";
import { fillCredentials, PASSWORD, register, restAs, signIn, synced } from "./people.ts";
import { addHabit, expectAccessible, follow, habit, KEPT, kept, openPhone } from "./phone.ts";

useBrowser();

/** What a device says that it has sent may still be on its way where it was just decided. */
const SOON = { timeout: 30_000 };

test("a guest's data joins the account that he makes, and is on his other device", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  await addHabit(phone, "Stretch");
  await habit(phone.page, "Stretch").click();
  await phone.page.locator('[data-state="done"]', { hasText: "Stretch" }).waitFor();
  await register(phone, "ana@example.org");
  await expect.poll((await restAs(app, "ana@example.org")).titles, SOON).toEqual(["Stretch"]);
  const laptop = await openPhone(app);
  await signIn(laptop, "ana@example.org");
  await laptop.page.locator('[data-state="done"]', { hasText: "Stretch" }).waitFor();
});

test("a guest who has an account with habits already: nothing is doubled or lost, and settings are the account's", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  await addHabit(phone, "Read");
  await register(phone, "ana@example.org");
  await phone.go("/settings");
  await phone.page.getByLabel("Weeks begin on").selectOption({ label: "Wednesday" });
  await synced(phone.page);

  const laptop = await openPhone(app);
  await addHabit(laptop, "Swim");
  await laptop.go("/settings");
  await laptop.page.getByLabel("Weeks begin on").selectOption({ label: "Saturday" });
  await signIn(laptop, "ana@example.org");
  await habit(laptop.page, "Read").waitFor();
  await habit(laptop.page, "Swim").waitFor();
  await laptop.go("/settings");
  await expect.poll(() => laptop.page.getByLabel("Weeks begin on").inputValue(), SOON).toBe("3");
  await phone.go("/");
  await habit(phone.page, "Swim").waitFor();
  await expect.poll((await restAs(app, "ana@example.org")).titles, SOON).toEqual(["Read", "Swim"]);
});

test("what is wrong is said at its field, without a network, too", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const { page, gate } = phone;
  await phone.go("/sign-in");
  const submit = page.getByRole("button", { name: "Sign in" });
  const password = page.getByLabel("Password", { exact: true });
  expect(await password.getAttribute("autocomplete")).toBe("current-password");
  await submit.click();
  await expect
    .poll(() => page.getByText("Please fill this in.").count(), { timeout: 30_000 })
    .toBe(2);
  await fillCredentials(page, "ana@example.org", "wrong password");
  await submit.click();
  await page.getByText("The address or the password is wrong.").waitFor();
  await page.getByText("Create account", { exact: true }).first().click();
  expect(await password.getAttribute("autocomplete")).toBe("new-password");
  await password.fill("short");
  await page.getByText("3 more characters").waitFor();
  await page.getByLabel("Show password").check();
  expect(await password.getAttribute("type")).toBe("text");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("A password has 8 characters or more.").waitFor();
  await fillCredentials(page, "ana@-example.org");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("This is not an e-mail address. It looks like name@example.org.").waitFor();
  gate.cut();
  await fillCredentials(page, "ana@example.org");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("The server was not reached.").waitFor();
  gate.restore();
  await page.getByRole("button", { name: "Create account" }).click();
  await synced(page);
  const laptop = await openPhone(app);
  await laptop.go("/sign-in");
  await laptop.page.getByText("Create account", { exact: true }).first().click();
  await fillCredentials(laptop.page, "ana@example.org");
  await laptop.page.getByRole("button", { name: "Create account" }).click();
  await laptop.page.getByText("There is an account with this address already.").waitFor();
});

test("too many tries are told with how long to wait", async () => {
  const app = await startKanso();
  const { page, go } = await openPhone(app);
  await page.route("**/accounts/login", (route) =>
    route.fulfill({ status: 429, headers: { "retry-after": "20" }, body: "{}" }),
  );
  await go("/sign-in");
  await fillCredentials(page, "ana@example.org");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Too many tries. Try again in 20 seconds.").waitFor();
});

test("another person on the device: nothing is mixed; he is offered to go back, to keep a copy, or to remove", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const { page } = phone;
  const laptop = await openPhone(app);
  await register(laptop, "eva@example.org");
  await addHabit(phone, "Ana's habit");
  await register(phone, "ana@example.org");
  // Ana signs out and leaves her habits there.
  await phone.go("/account");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign out, keep them here" }).click();
  await page.getByText("You are signed out").waitFor();
  await habit(page, "Ana's habit").waitFor();
  await addHabit(phone, "Written later");

  await phone.go("/sign-in");
  await fillCredentials(page, "eva@example.org");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page
    .getByRole("heading", { name: "This device holds the habits of ana@example.org" })
    .waitFor();
  await page.getByText("1 change was never sent to the server.").waitFor();
  await expectAccessible(page);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save a copy, then remove and sign in" }).click();
  expect((await download).suggestedFilename()).toMatch(/^kanso-\d{4}-\d\d-\d\d\.json$/);
  await synced(page);
  expect(await habit(page, "Ana's habit").count()).toBe(0);
  expect(await (await restAs(app, "eva@example.org")).titles()).toEqual([]);
  await expect.poll((await restAs(app, "ana@example.org")).titles, SOON).toEqual(["Ana's habit"]);
});

test("signed out from another device: what is there stays, what is written is kept, and goes out after signing in again", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const laptop = await openPhone(app);
  await addHabit(phone, "Stretch");
  await register(phone, "ana@example.org");
  await signIn(laptop, "ana@example.org");
  await laptop.go("/account");
  await laptop.page
    .getByRole("button", { name: /^Sign out Chrome/ })
    .first()
    .click();
  await laptop.page.getByText(/is signed out$/).waitFor();

  await addHabit(phone, "Read");
  await phone.page.getByText("You are signed out").waitFor();
  await habit(phone.page, "Stretch").waitFor();
  await expectAccessible(phone.page);
  await signIn(phone, "ana@example.org");
  await expect
    .poll((await restAs(app, "ana@example.org")).titles, SOON)
    .toEqual(["Read", "Stretch"]);
});

test("somebody else has used this device's token: it is signed out, keeps everything, says what to do, and sends it later", async () => {
  const app = await startKanso();
  const phone = await openPhone(app, KEPT);
  const { page } = phone;
  await addHabit(phone, "Stretch");
  await register(phone, "ana@example.org");
  await kept(page);
  phone.gate.cut();
  // No script has it: whoever takes it has the whole device.
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("refreshToken");
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === "syncline_session");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/accounts" });
  const stolen = session?.value ?? "";
  const { refreshToken } = await renewed(app, stolen);
  const { refreshToken: latest } = await renewed(app, refreshToken);
  await addHabit(phone, "Read");
  await page.reload();
  await habit(page, "Read").waitFor();

  phone.gate.restore();
  const told = page.getByRole("complementary", { name: "You are signed out" });
  await told.getByText("change your password").waitFor();
  await habit(page, "Stretch").waitFor();
  await habit(page, "Read").waitFor();
  expect((await renewed(app, latest)).refreshToken).toBe("none");
  expect(await (await restAs(app, "ana@example.org")).titles()).toEqual(["Stretch"]);
  await signIn(phone, "ana@example.org");
  await expect
    .poll((await restAs(app, "ana@example.org")).titles, SOON)
    .toEqual(["Read", "Stretch"]);
});

test("tabs follow each other", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const other = await phone.tab();
  await register(phone, "ana@example.org");
  await synced(other);
  await phone.go("/account");
  await phone.page.getByRole("button", { name: "Sign out", exact: true }).click();
  await phone.page
    .getByRole("dialog")
    .getByRole("button", { name: "Sign out", exact: true })
    .click();
  await phone.page.getByText("Sign in to sync").waitFor();
  await other.getByText("Sign in to sync").waitFor();
});

test("signing out with changes that wait, and no network: each way says what becomes of them", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const { page } = phone;
  await register(phone, "ana@example.org");
  await phone.go("/account");
  await follow(page, "/habits/new");
  await page.getByLabel("Name", { exact: true }).waitFor();
  phone.gate.cut();
  await page.getByLabel("Name", { exact: true }).fill("Offline");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await page.waitForURL(({ pathname }) => pathname !== "/habits/new");
  await follow(page, "/account");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByText("1 change is not on the server yet.").waitFor();
  await page.getByRole("button", { name: "Send them, then sign out" }).click();
  await page.getByText("They are sent as soon as there is one").waitFor();
  // Who does not want to wait has every other way.
  const ways = page.getByRole("dialog").getByRole("button");
  expect(await ways.count()).toBe(5);
  for (const way of await ways.all()) expect(await way.isEnabled()).toBe(true);
  phone.gate.restore();
  await page.getByText("Sign in to sync").waitFor();
  await expect.poll((await restAs(app, "ana@example.org")).titles, SOON).toEqual(["Offline"]);
});

test("another password signs the other devices out, and the old one is not taken any more", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  await register(phone, "ana@example.org");
  await phone.go("/account");
  const { page } = phone;
  await page.getByLabel("Current password").fill("not this one");
  await page.getByLabel("New password").fill("another few words");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("This is not your current password.").waitFor();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  expect((await restAs(app, "ana@example.org")).status).toBe(401);
  expect((await restAs(app, "ana@example.org", "another few words")).status).toBe(200);
});

test("a deleted account is gone: on the server, on this device; and the other device is signed out", async () => {
  const app = await startKanso();
  const phone = await openPhone(app);
  const laptop = await openPhone(app);
  await addHabit(phone, "Stretch");
  await register(phone, "ana@example.org");
  await signIn(laptop, "ana@example.org");
  const rest = await restAs(app, "ana@example.org");
  expect((await rest.get("/accounts/me")).status).toBe(200);

  const { page } = phone;
  await phone.go("/account");
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByLabel("Type ana@example.org to confirm").fill("ana@example");
  await page.getByRole("button", { name: "Delete everything for good" }).click();
  await page.getByText("This is not the address of your account.").waitFor();
  await page.getByLabel("Type ana@example.org to confirm").fill("ana@example.org");
  await page.getByRole("button", { name: "Delete everything for good" }).click();
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Start anew" }).click();
  await page.getByText("Start with one small habit").waitFor();
  expect(await everythingKept(page)).not.toMatch(/Stretch|ana@example/);

  for (const path of ["/accounts/me", "/api/v1/habits", "/v1/kanso/~/changes"])
    expect((await rest.get(path)).status).toBe(401);
  expect((await restAs(app, "ana@example.org")).status).toBe(401);
  await addHabit(laptop, "Too late");
  await laptop.page.getByText("You are signed out").waitFor();
  await habit(laptop.page, "Stretch").waitFor();
});

/** The token after this one. */
async function renewed(
  { url }: KansoApp,
  refreshToken: string,
): Promise<{ readonly refreshToken: string }> {
  const answer = await fetch(`${url}/accounts/refresh`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refreshToken }),
  });
  return answer.ok ? await answer.json() : { refreshToken: "none" };
}

/** All that the browser has of the app, as one text. */
async function everythingKept(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name = "" } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      for (const store of db.objectStoreNames)
        kept.push(await done(db.transaction(store).objectStore(store).getAll()));
      db.close();
    }
    const mail = await caches.open("kanso-reminders");
    for (const request of await mail.keys()) kept.push(await (await mail.match(request))?.text());
    return JSON.stringify(kept);
  });
}
