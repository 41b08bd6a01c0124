// Opens the page of the benchmark in Chromium.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright";
import { build } from "vite";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../tools/chromium.ts";

/** @param use gets the page once it is ready; the browser is closed after it */
export async function inChromium<Result>(use: (page: Page) => Promise<Result>): Promise<Result> {
  const code = await bundled();
  const server = createServer((request, response) => {
    const isCode = request.url === "/page.js";
    response.setHeader("content-type", isCode ? "text/javascript" : "text/html");
    response.end(isCode ? code : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ ...findChromium(), args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => "bench" in globalThis);
    return await use(page);
  } finally {
    await browser.close();
    server.close();
  }
}

async function bundled(): Promise<string> {
  const built = await build({
    configFile: false,
    root: fileURLToPath(new URL("../", import.meta.url)),
    logLevel: "error",
    resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
    build: {
      write: false,
      target: "esnext",
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL("./page.ts", import.meta.url)),
        output: { format: "es" },
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk =
    output !== undefined && "output" in output
      ? output.output.find((file) => file.type === "chunk")
      : undefined;
  if (chunk === undefined) throw new Error("Nothing was bundled.");
  return chunk.code;
}
