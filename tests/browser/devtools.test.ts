// The devtools of the deployed app, in a real browser with a real server: what was refused is sent again, and the bundle is saved.

import { readFileSync } from "node:fs";
import { createMemoryStore, createServer } from "@syncline/server";
import { expect, test } from "vitest";
import {
  add,
  atEnd,
  type Device,
  openDevice,
  SECRET,
  startApp,
  until,
  upToDate,
  useBrowser,
} from "./fixture.ts";

useBrowser();

/** A device with its panel open. The panel covers the lower part of the page: the app is used by keyboard. */
async function openInspected(device: Device): Promise<Device["page"]> {
  await device.page.goto(`${device.gate.url}/?devtools`);
  await device.page.locator(".status").waitFor();
  return device.page;
}

test("what the server refused is sent again from the panel, when the server takes it", async () => {
  let strict = true;
  const server = await createServer({
    store: createMemoryStore(),
    apps: [
      {
        name: "todo",
        collections: { todos: {} },
        validate: ({ fields }) =>
          strict && fields["title"] === "refused" ? "Not today." : undefined,
      },
    ],
    auth: { secret: SECRET },
    port: 0,
  });
  await server.listen();
  atEnd(() => server.close());
  const app = await startApp({ syncUrl: server.url });
  const other = await openDevice(app);
  const page = await openInspected(await openDevice(app));
  await upToDate(page);
  await page.getByRole("tab", { name: "Outbox" }).click();
  await page.getByText("The server has refused nothing.").waitFor();

  await page.getByLabel("What is to be done?").fill("refused");
  await page.keyboard.press("Enter");
  const panel = page.getByRole("tabpanel");
  await panel.getByText("Not today.").waitFor();
  await panel.getByRole("row", { name: "title" }).getByText('"refused"').waitFor();

  const retry = panel.getByRole("button", { name: "Retry" });
  const first = await retry.getAttribute("data-key");
  await retry.click();
  const again = async () => (await retry.count()) === 1 && (await retry.getAttribute("data-key"));
  await until(async () => ![false, null, first].includes(await again()), "it is refused again");
  strict = false;
  await retry.click();
  await panel.getByText("The server has refused nothing.").waitFor();
  await other.page.getByText("refused", { exact: true }).waitFor();
});

test("the support bundle is a file that says how things stand, and not what the user wrote", async () => {
  const app = await startApp();
  const page = await openInspected(await openDevice(app));
  await add(page, "a private matter");
  await upToDate(page);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save support bundle" }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe("syncline-support.json");
  const text = readFileSync(await download.path(), "utf8");
  expect(JSON.parse(text)).toMatchObject({
    status: { phase: "live", pending: 0 },
    spaces: [{ space: "~", outbox: [], inbox: [] }],
    storage: { volatile: false },
  });
  expect(text).not.toContain("private");
  expect(text).not.toContain("eyJ");
});
