// Kanso's main walk in every browser: an account, a habit, a tap that is there on another device, and a day without a network.

import { serveWeb } from "@syncline/kanso-web/serve";
import { expect } from "vitest";
import { ENTER } from "../../../tools/browsers/engine.ts";
import { SECRET } from "../fixture.ts";
import { until } from "../until.ts";
import { inEveryBrowser, type Person, type Walker } from "./walk.ts";

const KIM = { email: "kim@example.org", password: "a few quiet words" };

async function startKanso({ temporaryFolder, atEnd }: Walker): Promise<{ readonly url: string }> {
  const databasePath = `${temporaryFolder()}/kanso.db`;
  const app = await serveWeb({ databasePath, secret: SECRET, accounts: {} });
  atEnd(app.close);
  const answer = await fetch(`${app.url}/accounts/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(KIM),
  });
  expect(answer.ok).toBe(true);
  return app;
}

const habit = (text: string) => ({ css: "button[data-habit]", text });
const done = (text: string) => ({ css: 'button[data-habit][aria-pressed="true"]', text });
const synced = ({ see }: Person) => see({ css: '.sync-status[data-phase="live"]', text: "Synced" });

async function signIn(person: Person): Promise<void> {
  await person.go("/sign-in");
  await person.write({ css: "input[type=email]" }, KIM.email);
  await person.write({ css: "input[type=password]" }, KIM.password, "enter");
  await synced(person);
}

async function addHabit(person: Person, title: string): Promise<void> {
  await person.go("/habits/new");
  await person.write({ css: ".habit-form input" }, title, "enter");
  await person.see(habit(title));
}

const kept = ({ tab }: Person) =>
  until(
    () => tab.evaluate(() => navigator.serviceWorker.controller !== null),
    "the app is on the device",
  );

inEveryBrowser((walk) => {
  walk(
    "a guest makes a habit, taps it, and finds it done in every view after a reload",
    async (walker) => {
      const guest = await (await walker.visitor(await startKanso(walker))).tab();
      await addHabit(guest, "Read");
      await guest.click(habit("Read"));
      await guest.see(done("Read"));
      await guest.go("/");
      await guest.see(done("Read"));
      await guest.go("/week");
      await guest.see({ css: "[data-cell]" });
      await guest.go("/statistics");
      await guest.see({ css: "canvas" });
      await guest.go("/settings");
      await guest.see({ css: "h1", text: "Settings" });
    },
  );

  walk(
    "an account has on one device what was tapped on another, also without a network",
    async (walker) => {
      const app = await startKanso(walker);
      const phone = await walker.visitor(app);
      const kim = await phone.tab();
      await signIn(kim);
      await addHabit(kim, "Read");
      await addHabit(kim, "Walk");
      await synced(kim);
      const desk = await (await walker.visitor(app)).tab();
      await signIn(desk);
      await desk.go("/");
      await desk.click(habit("Read"));
      await kim.see(done("Read"));

      await kept(kim);
      phone.gate.cut();
      for (const path of ["/week", "/statistics", "/archive", "/"]) {
        await kim.go(path);
        await kim.see({ css: "h1" });
      }
      await kim.see(done("Read"));
      await kim.click(habit("Walk"));
      await kim.see(done("Walk"));
      await kim.tab.type("/");
      await kim.write({ css: "input[role=combobox]" }, "wal");
      await kim.see({ css: "[role=option]", text: "Walk" });
      await kim.tab.type(ENTER);
      await kim.go("/");
      await kim.see(done("Walk"));
      phone.gate.restore();
      await synced(kim);
      await desk.see(done("Walk"));
    },
  );
});
