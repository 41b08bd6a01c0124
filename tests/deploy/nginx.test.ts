// The files for nginx, in a real nginx: TLS, errors in our form, what stays inside, and servers that come and go.

import { execFileSync, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTestServer } from "@syncline/server/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));
const NGINX = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"].find(existsSync);
const TRUST = { trustProxy: ["127.0.0.1"] };

let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  if (NGINX === undefined) throw new Error("nginx is not installed: these tests run it.");
  folder = await mkdtemp(join(tmpdir(), "syncline-nginx-"));
  await cp(join(DEPLOY, "syncline-proxy.conf"), join(folder, "syncline-proxy.conf"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}

/** Runs nginx with a whole configuration until the test is over. */
async function startNginx(text: string, port: number): Promise<void> {
  const file = join(folder, "nginx.conf");
  await writeFile(file, text);
  const global = `daemon off; pid ${join(folder, "nginx.pid")}; error_log ${join(folder, "error.log")};`;
  const child = spawn(
    NGINX ?? "",
    ["-p", folder, "-c", file, "-e", join(folder, "error.log"), "-g", global],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (bytes) => (said += String(bytes)));
  closing.push(async () => {
    const gone = once(child, "exit");
    child.kill("SIGQUIT");
    await gone;
  });
  for (let tries = 0; ; tries++) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    if (child.exitCode !== null || tries > 200) throw new Error(`nginx does not run: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The configuration for compose, with the test's port, resolver and servers in place of Docker's. */
async function balancer(port: number, dnsPort: number, target: string): Promise<string> {
  const text = await readFile(join(DEPLOY, "nginx.conf"), "utf8");
  return text
    .replace("listen 8080;", `listen 127.0.0.1:${port};`)
    .replace("resolver 127.0.0.11 valid=10s", `resolver 127.0.0.1:${dnsPort} valid=1s`)
    .replace("server:4400", target)
    .replace("http {", "http { access_log off;");
}

/** A name server that knows one address, which can change. */
async function startDns(address: () => string): Promise<number> {
  const socket: Socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const end = query.indexOf(0, 12) + 5; // the name, its type and class
    const isA = query.readUInt16BE(end - 4) === 1;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isA ? 1 : 0, 6);
    header.fill(0, 8, 12);
    const answer = Buffer.from([
      0xc0,
      12,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      1,
      0,
      4,
      ...address().split(".").map(Number),
    ]);
    socket.send(
      Buffer.concat([header, query.subarray(12, end), ...(isA ? [answer] : [])]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  closing.push(() => socket.close());
  return socket.address().port;
}

test("requests, sockets' upgrades and addresses pass; /metrics does not; what nginx says has our form", async () => {
  const server = await startTestServer({ server: { ...TRUST, host: "127.0.0.1" } });
  const { port: serverPort } = new URL(server.url);
  const port = await freePort();
  const dns = await startDns(() => "127.0.0.1");
  await startNginx(await balancer(port, dns, `server.test:${serverPort}`), port);
  const url = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${await server.token("alice")}` };
  const read = await fetch(`${url}/v1/todo/~/changes`, { headers });
  expect([read.status, read.headers.get("x-request-id")]).toEqual([
    200,
    expect.stringMatching(/^[0-9a-f]{32}$/),
  ]);
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/live`);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  socket.close();
  const inside = await fetch(`${url}/metrics`);
  expect([inside.status, await inside.json()]).toMatchObject([
    404,
    { error: { code: "not_found" } },
  ]);
  const large = await fetch(`${url}/v1/todo/~/sync`, {
    method: "POST",
    headers,
    body: "x".repeat(12 * 2 ** 20),
  });
  expect([large.status, await large.json()]).toMatchObject([413, { error: { code: "too_large" } }]);
  await server.close();
  const away = await fetch(`${url}/v1/todo/~/changes`, { headers });
  expect([away.status, away.headers.get("retry-after"), await away.json()]).toMatchObject([
    503,
    "2",
    { error: { code: "unavailable", retryAfter: 2 } },
  ]);
});

test("a server that comes at another address is found: the name is resolved again", async () => {
  const first = await startTestServer({ server: { ...TRUST, host: "127.0.0.1" } });
  const serverPort = Number(new URL(first.url).port);
  let address = "127.0.0.1";
  const port = await freePort();
  const dns = await startDns(() => address);
  await startNginx(await balancer(port, dns, `server.test:${serverPort}`), port);
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status;
  expect(await ready()).toBe(200);
  await first.close();
  expect(await ready()).toBe(503);
  await using second = await startTestServer({
    server: { ...TRUST, host: "127.0.0.2", port: serverPort },
  });
  expect(second.url).toContain("127.0.0.2");
  address = "127.0.0.2";
  await expect.poll(ready, { timeout: 20_000, interval: 200 }).toBe(200);
});

test("with TLS: http is sent to https, and the server hears who called", async () => {
  await using server = await startTestServer({ server: { ...TRUST, host: "127.0.0.1" } });
  const [plainPort, port] = [await freePort(), await freePort()];
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "1",
      "-subj",
      "/CN=sync.example.com",
      "-keyout",
      key,
      "-out",
      certificate,
    ],
    { stdio: "ignore" },
  );
  const text = (await readFile(join(DEPLOY, "nginx-tls.conf"), "utf8"))
    .replace("listen 80;", `listen 127.0.0.1:${plainPort};`)
    .replace("listen 443", `listen 127.0.0.1:${port}`)
    .replace("/etc/letsencrypt/live/sync.example.com/fullchain.pem", certificate)
    .replace("/etc/letsencrypt/live/sync.example.com/privkey.pem", key)
    .replace("127.0.0.1:4400", new URL(server.url).host);
  await startNginx(`events {}\nhttp { access_log off;\n${text}\n}`, port);
  const moved = await fetch(`http://127.0.0.1:${plainPort}/v1/x`, { redirect: "manual" });
  expect([moved.status, moved.headers.get("location")]).toEqual([308, "https://127.0.0.1/v1/x"]);
  const asking = request({
    host: "127.0.0.1",
    port,
    path: "/ready",
    rejectUnauthorized: false,
  }).end();
  const [answer] = await once(asking, "response");
  expect([answer.statusCode, answer.headers["strict-transport-security"]]).toEqual([
    200,
    "max-age=31536000",
  ]);
  answer.resume();
});
