// Every bus against the promises of its port: one line an adapter.

import { describeBus } from "./conformance.ts";
import { createMemoryBus } from "./memory.ts";

describeBus("memory", async () => createMemoryBus());
