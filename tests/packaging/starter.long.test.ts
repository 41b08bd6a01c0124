// npm create syncline, as a newcomer has it: from the tarballs, installed, built, tested, and used in two browsers.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";
import { openWorkshop, type Workshop } from "./project.ts";
import { PATIENT, plainEnv, runProgram } from "./run-program.ts";
import { serve } from "./serving.ts";

vi.setConfig(PATIENT);

const QUIET = ["--no-audit", "--no-fund", "--prefer-offline"];
let workshop: Workshop;
let browser: Browser;
beforeAll(async () => {
  workshop = await openWorkshop();
  browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
});
afterAll(async () => {
  await browser?.close();
  await workshop?.close();
});

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { code, output } = await runProgram("npm", args, cwd);
  if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Makes an app by the packed command, and has it use the packed packages. */
async function create(name: string, ...flags: string[]): Promise<string> {
  const starter = workshop.tarballs.get("create-syncline") ?? "";
  const command = ["--yes", `--package=${starter}`, "--", "create-syncline", name, "--yes"];
  const said = await npm(workshop.folder, "exec", ...command, ...flags);
  expect(said).toContain(`cd ${name}\nnpm install\nnpm run dev`);
  const folder = join(workshop.folder, name);
  const path = join(folder, "package.json");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  const packed = (names: string[]) =>
    Object.fromEntries(
      names.map((one) => [`@syncline/${one}`, `file:${workshop.tarballs.get(one)}`]),
    );
  Object.assign(manifest.dependencies, packed(["client", "server"]));
  await writeFile(path, JSON.stringify({ ...manifest, overrides: packed(["core", "kit"]) }));
  await npm(folder, "install", ...QUIET);
  return folder;
}

interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
}

async function openDevice(url: string): Promise<Device> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  return { context, page };
}

async function signIn({ page }: Device, button: string): Promise<void> {
  await page.getByLabel("E-mail").fill("ann@example.org");
  await page.getByLabel("Password").fill("orange-kite-42");
  await page.getByRole("button", { name: button }).click();
}

async function add({ page }: Device, title: string): Promise<void> {
  await page.getByLabel("What is to be done?").fill(title);
  await page.getByRole("button", { name: "Add" }).click();
  await shown(page, title);
}

const shown = (page: Page, title: string) => page.getByRole("checkbox", { name: title }).waitFor();

/** Two devices of one person, one of them without a network for a while. */
async function useOnTwo(phone: Device, laptop: Device): Promise<void> {
  await add(phone, "Milk");
  await shown(laptop.page, "Milk");
  // The laptop may have it before the phone has heard that the server does.
  await phone.page.getByText("Up to date, all saved").waitFor();
  await phone.context.setOffline(true);
  await add(phone, "Bread");
  // A click, since React shows the new state when it is on the device, a moment later.
  await laptop.page.getByRole("checkbox", { name: "Milk" }).click();
  await phone.page.getByText("Offline, 1 to send").waitFor();
  await phone.context.setOffline(false);
  await shown(laptop.page, "Bread");
  await expect
    .poll(() => phone.page.getByRole("checkbox", { name: "Milk" }).isChecked())
    .toBe(true);
  await laptop.page.getByRole("button", { name: "Delete Bread" }).click();
  await phone.page.getByText("Bread").waitFor({ state: "detached" });
  for (const { page } of [phone, laptop]) {
    await page.getByText("Up to date, all saved").waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  }
}

describe.each(["react", "svelte", "vue", "plain"])("%s with accounts", (framework) => {
  test("is installed, built and tested, and two devices sync, offline and from a reload too", async () => {
    const folder = await create(`app-${framework}`, "--framework", framework);
    await npm(folder, "run", "build");
    expect(await npm(folder, "test", "--", "--testTimeout=600000")).toMatch(/1 passed/);
    const server = await serve("npm", ["start", "--", "--port", "0"], {
      cwd: folder,
      says: /at (http:\/\/\S+)/,
    });
    try {
      const [phone, laptop] = [await openDevice(server.url), await openDevice(server.url)];
      await signIn(phone, "Create an account");
      await phone.page.getByText("Nothing to do yet.").waitFor();
      // What is wrong is said, and can be mended.
      await laptop.page.getByLabel("E-mail").fill("ann@example.org");
      await laptop.page.getByLabel("Password").fill("another-one");
      await laptop.page.getByRole("button", { name: "Sign in" }).click();
      await expect.poll(() => laptop.page.getByRole("alert").innerText()).not.toBe("");
      await signIn(laptop, "Sign in");
      await useOnTwo(phone, laptop);
      // The page itself is on the device, too.
      await phone.page.evaluate(() => navigator.serviceWorker.ready);
      await phone.context.setOffline(true);
      await phone.page.reload();
      await shown(phone.page, "Milk");
      await phone.context.setOffline(false);
      await phone.page.getByRole("button", { name: "Sign out ann@example.org" }).click();
      await phone.page.getByRole("button", { name: "Sign in" }).waitFor();
      for (const { context } of [phone, laptop]) await context.close();
    } finally {
      await server.stop();
    }
  });
});

test("npm run dev serves both, with accounts, and with tokens of one's own", async () => {
  for (const signedBy of ["accounts", "token"]) {
    const folder = await create(`dev-${signedBy}`, "--framework", "vue", "--sign-in", signedBy);
    const dev = await serve("npm", ["run", "dev"], {
      cwd: folder,
      env: { ...plainEnv(), PORT: "0" },
      says: /(http:\/\/localhost:\d+)/,
    });
    try {
      const [phone, laptop] = [await openDevice(dev.url), await openDevice(dev.url)];
      if (signedBy === "accounts") {
        await signIn(phone, "Create an account");
        await phone.page.getByText("Nothing to do yet.").waitFor();
        await signIn(laptop, "Sign in");
      }
      await useOnTwo(phone, laptop);
      for (const { context } of [phone, laptop]) await context.close();
    } finally {
      await dev.stop();
    }
  }
});
