// The store of one's own proves itself.

import { describeEventStore } from "@syncline/kit/testing";
import { openListStore } from "./custom-store.ts";

describeEventStore("a list", { open: async () => openListStore() });
