// What the options of mails make, and what is missing where they make nothing.

import { expect, test } from "vitest";
import { mailOptions } from "./mail-options.ts";

const NONE = {
  mailFrom: undefined,
  smtpUrl: undefined,
  mailLinkUrl: undefined,
  verification: "later",
  mode: "production",
} as const;
const print = () => {};

test("without options there is no mail", () => {
  expect(mailOptions(NONE, print)).toEqual({});
});

test("in development mails are printed, in production they need a server", () => {
  const from = { ...NONE, mailFrom: "a@example.com" };
  expect(mailOptions({ ...from, mode: "development" }, print).sendMail).toBeTypeOf("function");
  expect(() => mailOptions(from, print)).toThrow(/smtpUrl/);
  const sent = mailOptions({ ...from, smtpUrl: "smtps://h", verification: "required" }, print);
  expect(sent).toMatchObject({ verification: "required" });
});

test.each([
  { smtpUrl: "smtps://h" },
  { mailLinkUrl: "https://app.example.com" },
  { verification: "required" },
] as const)("%o without a sender is refused", (given) => {
  expect(() => mailOptions({ ...NONE, ...given }, print)).toThrow(/mailFrom/);
});
