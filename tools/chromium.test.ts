// The browser's arguments: our list of what is turned off takes the place of Playwright's, and must have all of it.

import { chromium } from "playwright";
import { expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS } from "./chromium.ts";

test("what Playwright turns off stays off", async () => {
  // A program that is no browser: the refusal says how it was started.
  const refusal = await chromium
    .launch({ executablePath: process.execPath, args: [...CHROMIUM_ARGUMENTS] })
    .then(() => "", String);
  const lists = [...refusal.matchAll(/--disable-features=(\S+)/g)].map(([, names = ""]) =>
    names.split(","),
  );
  const [theirs = [], ours = []] = lists;
  expect(theirs.length).toBeGreaterThan(5);
  expect(theirs.filter((name) => !ours.includes(name))).toEqual([]);
});
