// Runs Vitest's browser tests in an engine of ours: Vitest serves the page, the engine shows it.

import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserCommands } from "vitest/browser";
import type { BrowserProviderOption } from "vitest/node";
import type { Engine, RunningEngine } from "./engine.ts";

/** What Vitest asks for around every file: the window stays as it is, and no key is held. Its types do not have them. */
const AROUND_FILES = [
  "__vitest_viewport",
  "__vitest_cleanup",
] as unknown as (keyof BrowserCommands)[];

/** What a Vitest project with `browser` takes as its provider. Tests there have the page, and no hands. */
export function providerOf(engine: Engine): BrowserProviderOption {
  return defineBrowserProvider({
    name: engine.name.toLowerCase(),
    providerFactory({ browser }) {
      for (const name of AROUND_FILES) browser?.registerCommand(name, async () => undefined);
      let running: Promise<RunningEngine> | undefined;
      return {
        name: engine.name.toLowerCase(),
        supportsParallelism: false,
        getCommandsContext: () => ({}),
        async openPage(_session, url) {
          running ??= engine.start();
          const device = await (await running).newDevice();
          const tab = await device.newTab();
          await tab.open(url);
        },
        async close() {
          const open = running;
          running = undefined;
          await (await open)?.close();
        },
      };
    },
  });
}
