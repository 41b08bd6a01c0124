// The browsers that the tests run in here: Chromium always, Firefox and WebKit where they are installed.

import { chromium } from "./chromium.ts";
import type { Engine } from "./engine.ts";
import { firefox } from "./firefox.ts";
import { firefoxPath, webkitPaths } from "./installed.ts";
import { webkit } from "./webkit.ts";

export function findEngines(): Engine[] {
  const [path, paths] = [firefoxPath(), webkitPaths()];
  return [
    chromium,
    ...(path === undefined ? [] : [firefox(path)]),
    ...(paths === undefined ? [] : [webkit(paths)]),
  ];
}
