// The options of passkeys: whose pages, for which domain, and what is refused.

import { expect, test } from "vitest";
import { passkeyOptions } from "./passkey-options.ts";

const NONE = {
  passkeyOrigins: [],
  passkeyRpId: undefined,
  passkeyName: undefined,
  mailLinkUrl: undefined,
  mode: "production",
  port: 4400,
} as const;

test("they are for the origins that are named, or the page of the mails, or this machine in development", () => {
  expect(passkeyOptions(NONE)).toEqual({});
  const origins = ["https://app.example.com", "https://www.example.com"];
  expect(passkeyOptions({ ...NONE, passkeyOrigins: origins, passkeyRpId: "example.com" })).toEqual({
    passkeys: { origins, rpId: "example.com", name: "example.com" },
  });
  const mailLinkUrl = "https://app.example.com/account";
  expect(passkeyOptions({ ...NONE, mailLinkUrl })).toEqual({});
  expect(passkeyOptions({ ...NONE, mailLinkUrl, passkeyName: "Example" })).toEqual({
    passkeys: { origins: ["https://app.example.com"], rpId: "app.example.com", name: "Example" },
  });
  const own = { origins: ["http://localhost:4400"], rpId: "localhost", name: "localhost" };
  expect(passkeyOptions({ ...NONE, mode: "development" })).toEqual({ passkeys: own });
  expect(passkeyOptions({ ...NONE, mode: "development", port: 0 })).toEqual({});
});

test.each([
  { passkeyRpId: "example.com" },
  { passkeyOrigins: ["https://app.example.com"], passkeyRpId: "example.org" },
  { passkeyOrigins: ["https://app.example.com"], passkeyRpId: "pp.example.com" },
  { passkeyOrigins: ["https://app.example.com", "https://app.example.org"] },
  { passkeyOrigins: ["http://app.example.com"] },
  { passkeyOrigins: ["https://192.0.2.7"] },
  { passkeyOrigins: ["http://127.0.0.1:4400"] },
  { passkeyOrigins: ["https://app.example.com/"] },
  { mailLinkUrl: "http://192.0.2.7/account", passkeyName: "Example" },
])("%j are refused", (given) => {
  expect(() => passkeyOptions({ ...NONE, ...given })).toThrow(
    expect.objectContaining({ code: "config" }),
  );
});
