// Mails by SMTP, to a server of the test's own.

import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { linkMail } from "./mail.ts";
import { createPrintedMail, createSmtpMail } from "./smtp.ts";

let smtp: Server;
let said: string[];
let port: number;
beforeEach(async () => {
  said = [];
  smtp = createServer((socket) => {
    let isData = false;
    let rest = "";
    const say = (line: string) => socket.write(`${line}\r\n`);
    say("220 test");
    socket.on("error", () => {}); // a client that breaks off is what some of these tests are about
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        said.push(line);
        if (isData) {
          if (line !== ".") continue;
          isData = false;
          say("250 taken");
        } else if (line.startsWith("EHLO")) say("250-test\r\n250 AUTH PLAIN");
        else if (line.startsWith("AUTH")) say("235 known");
        else if (line === "DATA") {
          isData = true;
          say("354 go on");
        } else if (line === "QUIT") socket.end("221 bye\r\n");
        else say("250 ok");
      }
    });
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const address = smtp.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterEach(() => new Promise((resolve) => smtp.close(resolve)));

const MAIL = linkMail("ada@example.org", "reset", {
  token: "a-token",
  page: "https://app.example.com/account",
});

test("a mail arrives as it was meant", async () => {
  const url = `smtp://user:word@127.0.0.1:${port}`;
  await createSmtpMail({ url, from: "Example <hello@example.com>" })(MAIL);
  expect(said).toContain("MAIL FROM:<hello@example.com>");
  expect(said.filter((line) => line.startsWith("RCPT"))).toEqual(["RCPT TO:<ada@example.org>"]);
  const text = said.join("\n").replaceAll("=\n", "").replaceAll("=3D", "=");
  expect(text).toContain("Subject: Choose a new password");
  expect(text).toContain("https://app.example.com/account#reset=a-token");
});

test("a password goes to no other machine in plain", async () => {
  // Every address of this machine, but by a name that is not known to be this machine's.
  const send = createSmtpMail({ url: `smtp://user:word@0.0.0.0:${port}`, from: "a@example.com" });
  await expect(send(MAIL)).rejects.toThrow();
  expect(said.filter((line) => line.startsWith("AUTH") || line.startsWith("MAIL"))).toEqual([]);
});

test("a server that is away is an error, and so is what is no SMTP address", async () => {
  const gone = createSmtpMail({ url: "smtp://127.0.0.1:1", from: "a@example.com" });
  await expect(gone(MAIL)).rejects.toThrow();
  for (const url of ["https://example.com", "mail.example.com", "-"])
    expect(() => createSmtpMail({ url, from: "a@example.com" })).toThrow(/smtps:/);
});

test("who develops reads mails where the server prints", async () => {
  let printed = "";
  await createPrintedMail((text) => {
    printed += text;
  })(MAIL);
  expect(printed).toContain("ada@example.org");
  expect(printed).toContain("#reset=a-token");
});
