// The console on a real server, with SQLite and with PostgreSQL: who is let in, what a key shows, and what each page does.

import { join } from "node:path";
import { openPostgresStore, openSqliteStore, type Store } from "@syncline/server";
import { startTestPostgres, type TestPostgres } from "@syncline/server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { atEnd, temporaryFolder, useBrowser } from "../fixture.ts";
import { ALL, type Installation, startInstallation } from "./installation.ts";
import { go, openConsole, signIn } from "./open.ts";

useBrowser();
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

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
