// Without a network: installed, started, used for a week, and then in step with a second device and the server's REST.

import type { Page } from "playwright";
import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { type KansoApp, startKanso } from "./kanso-app.ts";
import { addHabit, habit, KEPT, kept, openPhone, type Phone } from "./phone.ts";

useBrowser();

const PERSON = { email: "kim@example.org", password: "a few quiet words" };

async function makeAccount({ url }: KansoApp): Promise<void> {
  const answer = await post(url, "/accounts/register", PERSON);
  expect(answer.ok).toBe(true);
}

function post(url: string, path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function signIn({ page, go }: Phone): Promise<void> {
  await go("/sign-in");
  await page.locator("input[type=email]").fill(PERSON.email);
  await page.locator("input[type=password]").first().fill(PERSON.password);
  await page.keyboard.press("Enter");
  await synced(page);
}

const synced = (page: Page) =>
  page.locator(".sync-status", { hasText: /^Synced/ }).waitFor({ timeout: 60_000 });

test("the app that is kept on the device leaves the server's own pages to the server", async () => {
  const { page, gate } = await openPhone(await startKanso(), KEPT);
  await kept(page);
  await page.goto(`${gate.url}/console`);
  await page.getByLabel("Admin key").waitFor();
});

test("a guest whose browser data is cleared under an open page keeps what the page still held", async () => {
  const app = await startKanso();
  const phone = await openPhone(app, KEPT);
  const { page } = phone;
  await addHabit(phone, "Stretch");
  await page.evaluate(() => Object.assign(window, { sameLoad: true }));
  const cdp = await page.context().newCDPSession(page);
  const origin = phone.gate.url;
  await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  await until(() => page.evaluate(() => !("sameLoad" in window)).catch(() => false), "loaded anew");
  await habit(page, "Stretch").waitFor();
});

/** What stands in the manifest and its icons must be there for a browser to install the app. */
test("the app can be installed, and then starts without a network, on any of its pages", async () => {
  const app = await startKanso();
  const phone = await openPhone(app, KEPT);
  const { page } = phone;
  const manifest = await (await fetch(`${app.url}/app.webmanifest`)).json();
  expect(manifest).toMatchObject({ name: "Kanso", start_url: "/", display: "standalone" });
  for (const { src } of manifest.icons as readonly { readonly src: string }[])
    expect((await fetch(app.url + src)).status).toBe(200);
  const cdp = await page.context().newCDPSession(page);
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  // Windows of tests are private ones, where nothing can be installed; that is all that is wrong.
  const errors = installabilityErrors.map(({ errorId }) => errorId);
  expect(errors.filter((id) => id !== "in-incognito")).toEqual([]);

  await addHabit(phone, "Read");
  await kept(page);
  phone.gate.cut();
  for (const path of ["/", "/habits/new", "/archive", "/week", "/statistics", "/settings"]) {
    await page.goto(phone.gate.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }
  await page.goto(phone.gate.url);
  await habit(page, "Read").click();
  await page.getByRole("status").getByText("Read: done").waitFor();
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search" }).fill("read");
  await page.getByRole("option", { name: "Read" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: /^Read/, pressed: true }).waitFor();
});

const DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;
const TITLES = ["Read", "Stretch", "Water", "Walk", "Journal", "Sleep"];

test("a week offline with 40 entries, then sync: a second device and REST have all of them, once each", async () => {
  const app = await startKanso();
  await makeAccount(app);
  const phone = await openPhone(app, { ...KEPT, timezoneId: "Europe/Rome" });
  const { page } = phone;
  await signIn(phone);
  await kept(page);
  phone.gate.cut();
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const firstDay = today - (DAYS + 1) * DAY_MS + 8 * 60 * 60_000;
  await page.clock.install({ time: firstDay });
  await page.goto(phone.gate.url);
  for (const title of TITLES) await addHabit(phone, title);
  let made = 0;
  for (let day = 0; day < DAYS; day += 1) {
    for (const title of TITLES) {
      if (made === 40) break;
      await habit(page, title).click();
      await page.getByRole("button", { name: new RegExp(`^${title}`), pressed: true }).waitFor();
      made += 1;
    }
    // The next morning; every other day the app was closed overnight.
    await page.clock.fastForward(DAY_MS);
    if (day % 2 === 1) await page.reload();
    await page.getByText(`0 of ${TITLES.length} done`).waitFor();
  }
  expect(made).toBe(40);
  await page
    .locator('.sync-status[data-phase="offline"]', { hasText: "46 changes wait" })
    .waitFor();

  phone.gate.restore();
  await page.clock.fastForward(60_000);
  await synced(page);
  const expected = Object.fromEntries(
    TITLES.map((title, at) => [
      title,
      Array.from({ length: at < 4 ? 7 : 6 }, (_, day) =>
        new Date(firstDay + day * DAY_MS).toISOString().slice(0, 10),
      ),
    ]),
  );
  await until(async () => (await rest(app)).size === TITLES.length, "REST has the habits");
  const entries = await rest(app);
  expect(Object.fromEntries([...entries].sort())).toEqual(
    Object.fromEntries(Object.entries(expected).sort()),
  );

  const other = await openPhone(app, { timezoneId: "Europe/Rome" });
  await signIn(other);
  for (const [title, days] of Object.entries(expected)) {
    await other.go(`/?day=${days.at(-1)}`);
    await other.page
      .getByRole("button", { name: new RegExp(`^${title}`), pressed: true })
      .waitFor();
  }
});

/** The days of each habit's entries, as REST tells them. */
async function rest({ url }: KansoApp): Promise<ReadonlyMap<string, readonly string[]>> {
  const login = await post(url, "/accounts/login", PERSON);
  const { token } = (await login.json()) as { token: string }; // as documented
  const headers = { authorization: `Bearer ${token}`, "x-timezone": "Europe/Rome" };
  const get = async (path: string) => await (await fetch(url + path, { headers })).json();
  const habits = (await get("/api/v1/habits")) as readonly { id: string; title: string }[];
  const entries = await Promise.all(
    habits.map(async ({ id, title }) => {
      const own = await get(`/api/v1/entries?habit_id=${id}`);
      const days = (own as readonly { completion_date: string }[]).map(({ completion_date }) =>
        completion_date.slice(0, 10),
      );
      return [title, days.sort()] as const;
    }),
  );
  return new Map(entries);
}
