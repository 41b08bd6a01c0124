// The console on a real server, with SQLite and with PostgreSQL: who is let in, what a key shows, and what each page does.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openPostgresStore, openSqliteStore, type Store } from "@syncline/server";
import { startTestPostgres, type TestPostgres } from "@syncline/server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { atEnd, temporaryFolder, useBrowser } from "../fixture.ts";
import { ALL, type Installation, REFUSED, startInstallation } from "./installation.ts";
import { go, openConsole, signIn } from "./open.ts";

useBrowser();
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

/** Never, on any machine. */
const WAIT = { timeout: 120_000 };

/** As the server's: a UUID of version 7, so many milliseconds from now. */
function auditId(later: number): string {
  const ms = (Date.now() + later).toString(16).padStart(12, "0");
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${String(later).padStart(12, "0")}`;
}

describe.each([
  ["SQLite", (folder: string) => openSqliteStore({ path: join(folder, "console.db") })],
  ["PostgreSQL", async () => openPostgresStore({ url: await postgres.database() })],
])("the console on %s", (_name, open: (folder: string) => Promise<Store>) => {
  let at: Installation;
  beforeEach(async () => {
    const folder = temporaryFolder();
    at = await startInstallation({ store: await open(folder), folder });
    atEnd(() => at.server.close());
  });

  test("lets in who has an admin key, for as long as the tab is open, and keeps it out of addresses", async () => {
    const { page, refused } = await openConsole(at.url);
    const field = page.getByLabel("Admin key");
    await field.fill("let me in");
    await page.keyboard.press("Enter");
    await page.getByText("This is no key").first().waitFor();
    await field.fill(`sk_${"A".repeat(43)}`);
    await page.keyboard.press("Enter");
    await page.getByText("No admin key of this server").first().waitFor();
    const key = await at.adminKey(ALL);
    await signIn(page, key);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    expect(page.url()).not.toContain("sk_");
    const kept = await page.evaluate(() => [
      localStorage.length,
      document.cookie,
      sessionStorage.length,
    ]);
    expect(kept).toEqual([0, "", 1]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await field.waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(refused).toEqual([]);
  });

  test("shows how the server is", async () => {
    const { page } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    const panel = (name: string) => page.getByRole("region", { name, exact: true });
    await panel("Database").getByText("connected").waitFor();
    await panel("Server")
      .getByText(/^\d+\.\d+\.\d+$/)
      .first()
      .waitFor();
    await panel("Background work").getByText("1 dead letter").waitFor();
    await panel("Traffic").getByText("Open sockets").waitFor();
  });

  test("lists spaces, finds one, shows it, and deletes it once its name is typed", async () => {
    const { page, refused } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    await go(page, "Spaces");
    await page.getByRole("link", { name: `todo/~${at.ana.userId}` }).waitFor();
    await page.getByLabel("Part of a name").fill("team");
    await page.keyboard.press("Enter");
    await page.getByText("1 space.").waitFor();
    await page.getByRole("link", { name: "todo/team" }).click();
    await page.getByRole("heading", { level: 1, name: "todo/team" }).waitFor();
    await page.getByRole("table", { name: "Members" }).getByText("owner").waitFor();
    await page.getByRole("table", { name: "Devices" }).getByText("team").waitFor();
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByLabel("Type todo/team to confirm").fill("todo/other");
    await page.getByRole("button", { name: "Delete the space" }).click();
    await page.getByText("Type it exactly").waitFor();
    expect(await at.server.store.head("todo/team")).toBeDefined();
    await page.getByLabel("Type todo/team to confirm").fill("todo/team");
    await page.keyboard.press("Enter");
    await page.getByText("todo/team is deleted").waitFor();
    expect(await at.server.store.head("todo/team")).toBeUndefined();
    expect(refused).toEqual([]);
  });

  test("finds a person, locks, unlocks, signs out, resets, exports and deletes", async () => {
    const { page, refused } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    await go(page, "People");
    await page.getByLabel("Part of an address").fill("ana@");
    await page.keyboard.press("Enter");
    await page.getByText("1 person.").waitFor();
    await page.getByRole("link", { name: "ana@example.org" }).click();
    await page.getByRole("heading", { level: 1, name: "ana@example.org" }).waitFor();
    await page.getByRole("table", { name: "Spaces" }).getByText("owner").waitFor();
    await page.getByText("ana's laptop").waitFor();
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await press("Lock…");
    await press("Lock");
    await page.getByText("ana@example.org is locked.").waitFor();
    expect((await at.server.store.locks.among([at.ana.userId])).size).toBe(1);
    await press("Unlock");
    await page.getByText("ana@example.org is let in again.").waitFor();
    expect((await at.server.store.locks.among([at.ana.userId])).size).toBe(0);
    await press("Sign out…");
    await press("Sign out everywhere");
    await page.getByText("1 device signed out.").waitFor();
    await page.getByText("No device is signed in here.").waitFor();
    await press("New password…");
    await press("Make a new password");
    const password = await page.locator(".secret").textContent();
    await press("I have it");
    const credentials = { email: "ana@example.org", password, device: "phone" };
    const login = await fetch(`${at.url}/accounts/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(credentials),
    });
    expect(login.status).toBe(200);
    const [file] = await Promise.all([page.waitForEvent("download"), press("Export")]);
    expect(await readFile(await file.path(), "utf8")).toContain("hidden");
    await press("Delete…");
    await page.getByText(`syncline erase ${at.ana.userId}`).waitFor();
    await page.getByLabel("Type ana@example.org to confirm").fill("ana@example.org");
    await press("Delete this person");
    await page.getByText("ana@example.org is deleted.").waitFor();
    expect(await at.server.store.accounts.byUser(at.ana.userId)).toBeUndefined();
    expect(refused).toEqual([]);
  });

  test("makes an API key, shows it once, and revokes it", async () => {
    const { page, refused } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    await go(page, "API keys");
    await page.getByRole("rowheader", { name: "the robot's" }).waitFor();
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await press("Make a key…");
    await page.getByLabel("User", { exact: true }).fill("report-robot");
    await page.getByLabel("What it is for").fill("reports");
    await page.getByLabel("Good for").fill("read:todo no/such/scope");
    await press("Make the key");
    await page.getByText("A scope is `app` or `app/space`").waitFor();
    await page.getByLabel("Good for").fill("read:todo");
    await page.getByLabel("It ends").selectOption("in 30 days");
    await press("Make the key");
    const key = (await page.locator(".secret").textContent()) ?? "";
    expect(await at.server.server.keys.verify(key)).toMatchObject({
      ...{ user: "report-robot", description: "reports", scopes: ["read:todo"] },
      expiresAtMs: expect.any(Number),
    });
    await press("I have it");
    const row = page.getByRole("row", { name: "reports" });
    await row.waitFor();
    expect(await page.content()).not.toContain(key);
    await row.getByRole("button", { name: "Revoke…" }).click();
    await press("Revoke");
    await page.getByText("The key “reports” is revoked.").waitFor();
    await row.waitFor({ state: "detached" });
    expect(await at.server.server.keys.verify(key)).toBeUndefined();
    await page.getByLabel("A user's whole id").fill("robot");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "API keys of robot" }).waitFor();
    await page.getByText("1 key.").waitFor();
    expect(refused).toEqual([]);
  });

  test("has a dead letter tried again, and lists backups", async () => {
    const { page } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    await go(page, "Background work");
    await page.getByText(REFUSED).waitFor();
    // From now on it can be done.
    at.heal();
    await page.getByRole("button", { name: "Try again with t" }).click();
    await page.getByText("1 dead letter is tried again").waitFor();
    await page
      .getByText("There are no dead letters.")
      .or(page.getByText("will be tried again"))
      .waitFor();
    await expect.poll(() => at.server.store.consumers.letters({ limit: 1 }), WAIT).toEqual([]);
    await go(page, "Backups");
    await page.getByRole("table", { name: "Backups" }).getByText(/\.db$/).waitFor();
  });

  test("shows who did what, filters, pages, and exports it", async () => {
    const key = await at.adminKey(ALL);
    const { page } = await openConsole(at.url);
    await signIn(page, key);
    await go(page, "Audit");
    for (let i = 0; i < 60; i += 1)
      await at.server.store.audit.append({
        ...{ id: auditId(i), atMs: Date.now(), kind: "operator", actor: "root" },
        ...{ action: "space.read", target: "todo/other", details: '{"command":"history"}' },
      });
    await page.getByLabel("A user's id").fill("todo/other");
    await page.keyboard.press("Enter");
    await page.getByText("50 entries, and there may be more.").waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByText("60 entries.").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).target)).toEqual(Array(60).fill("todo/other"));
    await page.getByLabel("A user's id").fill("");
    await page.getByLabel("Calls of this interface, too").check();
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("GET /v1/admin/audit").first().waitFor();
  });

  test("shows a key what it may see, and names what it lacks", async () => {
    const { page } = await openConsole(at.url);
    await signIn(page, await at.adminKey("read:.admin:spaces"));
    await page.getByRole("heading", { level: 1, name: "Spaces" }).waitFor();
    const links = await page.getByRole("navigation").getByRole("link").allTextContents();
    expect(links).toEqual(["Spaces", "This key"]);
    await page.getByRole("link", { name: "todo/team" }).click();
    await page
      .getByText("This key only looks: to delete a space, it needs the scope spaces.")
      .waitFor();
    expect(await page.getByRole("button", { name: "Delete…" }).count()).toBe(0);
    await page.evaluate(() => location.assign("#/overview"));
    await page.getByText("This key has no scope for overview.").waitFor();
    await go(page, "This key");
    await page.getByText("--admin overview,users,keys,consumers,backups,audit").waitFor();
  });

  test("says what is wrong while the server is away, and goes on once it is back", async () => {
    const { page } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.getByRole("region", { name: "Database", exact: true }).waitFor();
    await page.route("**/v1/admin/**", (route) => route.abort());
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The server does not answer.").waitFor();
    // What was there before still is.
    await page.getByRole("region", { name: "Database", exact: true }).waitFor();
    await page.unroute("**/v1/admin/**");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The server does not answer.").waitFor({ state: "detached" });
  });

  test("is used with the keyboard alone", async () => {
    const { page } = await openConsole(at.url);
    await page.keyboard.insertText(await at.adminKey(ALL));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    const tabTo = async (text: string) => {
      for (let tabs = 0; (await focused()) !== text; tabs += 1) {
        expect(tabs).toBeLessThan(40);
        await page.keyboard.press("Tab");
      }
    };
    await tabTo("To the page");
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("Overview");
    await page.getByRole("link", { name: "Spaces" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Spaces" }).waitFor();
    expect(await focused()).toBe("Spaces");
    await page.getByRole("link", { name: "todo/team" }).waitFor();
    await tabTo("todo/team");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Delete…" }).waitFor();
    await tabTo("Delete…");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await focused()).toBe("Delete…");
  });

  test("signs out who has a key that was revoked", async () => {
    const { page } = await openConsole(at.url);
    await signIn(page, await at.adminKey(ALL));
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await at.server.server.keys.revokeAll("console");
    await page.getByRole("link", { name: "Spaces" }).click();
    await page.getByText("This key is good no more").waitFor();
    await page.getByLabel("Admin key").waitFor();
  });
});
