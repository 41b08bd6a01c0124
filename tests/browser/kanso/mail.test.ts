// Accounts by mail: an address that is confirmed, a password that was forgotten, signing in by a link.

import type { Mail } from "@syncline/server";
import { expect, test } from "vitest";
import { until, useBrowser } from "../fixture.ts";
import { type KansoApp, startKanso } from "./kanso-app.ts";
import { fillCredentials, PASSWORD, register, restAs, synced } from "./people.ts";
import { addHabit, expectAccessible, follow, habit, openPhone, type Phone } from "./phone.ts";

useBrowser();

const ADDRESS = "ana@example.org";

interface WithMail {
  readonly app: KansoApp;
  /** Where the next mail's link leads, on this server. */
  link(purpose: Mail["purpose"]): Promise<string>;
}

async function startWithMail(verification: "required" | "later"): Promise<WithMail> {
  const mails: Mail[] = [];
  const app = await startKanso({
    verification,
    mailLinkUrl: "https://kanso.example.com/sign-in",
    sendMail: async (mail) => void mails.push(mail),
  });
  return {
    app,
    async link(purpose) {
      let found: Mail | undefined;
      await until(async () => {
        found = mails.find((mail) => mail.purpose === purpose);
        return found !== undefined;
      }, `a mail to ${purpose}`);
      mails.length = 0;
      const { pathname, hash } = new URL(found?.link ?? "");
      return pathname + hash;
    },
  };
}

/** Opens a link as a mail program does: in a tab of its own. */
async function openLink({ context, gate }: Phone, path: string) {
  const page = await context.newPage();
  await page.goto(gate.url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

async function askByMail({ page }: Phone, press: string) {
  await follow(page, "/sign-in");
  await page.getByRole("button", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail address").fill(ADDRESS);
  await page.getByRole("button", { name: press }).click();
  await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();
}

test("where addresses must be confirmed, a guest's habits come along once that is done", async () => {
  const { app, link } = await startWithMail("required");
  const phone = await openPhone(app);
  await addHabit(phone, "Stretch");
  await follow(phone.page, "/sign-in");
  await phone.page.getByText("Create account", { exact: true }).first().click();
  await fillCredentials(phone.page, ADDRESS);
  await phone.page.getByRole("button", { name: "Create account" }).click();
  await phone.page.getByText(`We have sent a mail to ${ADDRESS}.`).waitFor();
  await expectAccessible(phone.page);

  const page = await openLink(phone, await link("verify"));
  // Nothing of it is left where others may read it.
  await page.waitForFunction(() => location.hash === "");
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await page.getByText(`${ADDRESS} is confirmed.`).waitFor();
  expect(await page.getByLabel("E-mail address").inputValue()).toBe(ADDRESS);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await habit(page, "Stretch").waitFor();
  await synced(page);
  expect(await (await restAs(app, ADDRESS)).titles()).toEqual(["Stretch"]);
});

test("a forgotten password: another one is chosen, all devices sign in with it, and the link is good once", async () => {
  const { app, link } = await startWithMail("later");
  const phone = await openPhone(app);
  await register(phone, ADDRESS);
  await addHabit(phone, "Stretch");
  await synced(phone.page);
  await link("verify");

  const laptop = await openPhone(app);
  await askByMail(laptop, "Send a link for a new password");
  const reset = await link("reset");
  const page = await openLink(laptop, reset);
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Save the new password" }).click();
  await page.getByText("A password has 8 characters or more.").waitFor();
  await expectAccessible(page);
  await page.getByLabel("New password", { exact: true }).fill("another few words");
  await page.getByRole("button", { name: "Save the new password" }).click();
  await page.getByText("Your new password is saved.").waitFor();
  await fillCredentials(page, ADDRESS, "another few words");
  await page.getByRole("button", { name: "Sign in" }).click();
  await habit(page, "Stretch").waitFor();

  await phone.page.getByText("The server has ended the session").first().waitFor();
  const again = await openLink(phone, reset);
  await again.getByLabel("New password", { exact: true }).fill("a third password");
  await again.getByRole("button", { name: "Save the new password" }).click();
  await again.getByText("This link was used already, or its time is over.").waitFor();
  await again.getByRole("button", { name: "Send another mail" }).click();
  await again.getByRole("heading", { name: "Sign in without your password" }).waitFor();
  await expectAccessible(again);
});

test("a link signs in, but not where somebody else's habits are", async () => {
  const { app, link } = await startWithMail("later");
  const phone = await openPhone(app);
  await register(phone, ADDRESS);
  await addHabit(phone, "Stretch");
  await synced(phone.page);
  await link("verify");

  const laptop = await openPhone(app);
  await askByMail(laptop, "Send a link that signs me in");
  const page = await openLink(laptop, await link("sign-in"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await habit(page, "Stretch").waitFor();

  const other = await openPhone(app);
  await register(other, "ben@example.org");
  await addHabit(other, "Swim");
  await synced(other.page);
  await fetch(`${app.url}/accounts/mail`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ purpose: "sign-in", email: ADDRESS }),
  });
  const there = await openLink(other, await link("sign-in"));
  await there.getByRole("button", { name: "Sign in" }).click();
  await there.getByText("This device holds somebody else’s habits.").waitFor();
  await other.go("/");
  await habit(other.page, "Swim").waitFor();
  expect(await habit(other.page, "Stretch").count()).toBe(0);
});

test("a server that sends no mails says so", async () => {
  const phone = await openPhone(await startKanso());
  await follow(phone.page, "/sign-in");
  await phone.page.getByRole("button", { name: "Forgot your password?" }).click();
  await phone.page.getByRole("button", { name: "Send a link for a new password" }).click();
  await phone.page.getByText("Please fill this in.").waitFor();
  await phone.page.getByLabel("E-mail address").fill(ADDRESS);
  await phone.page.getByRole("button", { name: "Send a link for a new password" }).click();
  await phone.page.getByText("This server sends no mails.").waitFor();
  await phone.page.getByRole("button", { name: "Back to signing in" }).click();
  await phone.page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
});
