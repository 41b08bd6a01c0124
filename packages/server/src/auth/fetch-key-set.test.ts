// Where keys are fetched from: addresses as they are written, and as their names lead when the connection is made.

import type { lookup } from "node:dns";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchKeySet } from "./fetch-key-set.ts";
import { isPrivateAddress } from "./private-address.ts";

let server: Server;
let port = 0;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === "/moved")
      response.writeHead(302, { location: `http://127.0.0.1:${port}/keys` }).end();
    else response.end('{"keys":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo); // a server that listens on a port has one
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A resolver that leads every name to these addresses. */
function leading(...addresses: string[]): typeof lookup {
  const find = (_name: string, _options: object, done: (...given: unknown[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  return find as typeof lookup; // the one form of it that is called
}

async function outcome(text: string, privateNetwork: boolean, ...addresses: string[]) {
  const options = { privateNetwork, lookup: leading(...addresses), timeoutMs: 2_000 };
  const before = asked;
  const message = await fetchKeySet(new URL(text), options).then(
    () => "fetched",
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  );
  return { message, asked: asked - before };
}

describe("keys", () => {
  test.each([
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "127.0.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
  ])("are not fetched from %s, whether it is written or a name leads there", async (address) => {
    expect(isPrivateAddress(address)).toBe(true);
    const host = address.includes(":") ? `[${address}]` : address;
    if (!["127.0.0.1", "::1"].includes(address)) {
      const written = await outcome(`https://${host}:${port}/keys`, false);
      expect(written).toMatchObject({
        message: expect.stringContaining("private network"),
        asked: 0,
      });
    }
    for (const others of [[], ["93.184.216.34"]]) {
      const led = await outcome(`https://id.example:${port}/keys`, false, ...others, address);
      expect(led).toMatchObject({ message: expect.stringContaining("private network"), asked: 0 });
    }
  });

  test.each(["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1", "11.0.0.1"])(
    "may come from %s",
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );

  test("come from a private network, and by plain http, where that is allowed, and out of it by https alone", async () => {
    const address = `http://id.internal:${port}/keys`;
    expect(await outcome(address, true, "127.0.0.1")).toEqual({ message: "fetched", asked: 1 });
    expect(await outcome(address, false, "127.0.0.1")).toMatchObject({ asked: 0 });
    const out = await outcome(address, true, "93.184.216.34");
    expect(out).toMatchObject({ message: expect.stringContaining("use https"), asked: 0 });
  });

  test("come from this machine where it is named, as in development", async () => {
    const here = await outcome(`http://127.0.0.1:${port}/keys`, false);
    expect(here).toEqual({ message: "fetched", asked: 1 });
  });

  test("do not come by a redirect, wherever it leads", async () => {
    for (const allowed of [true, false]) {
      const moved = await outcome(`http://127.0.0.1:${port}/moved`, allowed);
      expect(moved).toMatchObject({ message: expect.stringContaining("status 302"), asked: 1 });
    }
  });
});
