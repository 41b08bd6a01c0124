// What the domain asks about zones: the browser's own Temporal. Where it has none, another one is loaded, and only there.

import type { Temporal as Loaded } from "temporal-polyfill";

const { Temporal: own } = globalThis as { readonly Temporal?: typeof Loaded }; // not every browser has it yet

export const Temporal: typeof Loaded =
  own ?? (await import("temporal-polyfill/implementation")).Temporal;
