// Messages as the OpenAPI document shows them. The tests send them.

import type { SyncRequest, SyncResponse } from "@syncline/core";

export const SYNC_REQUEST_EXAMPLE: SyncRequest = {
  clientId: "k9x2",
  now: "2026-11-20T10:05:00.050Z-0000-k9x2",
  cursor: null,
  mutations: [
    {
      id: 1,
      seen: null,
      changes: [
        {
          collection: "todos",
          id: "t1",
          op: "put",
          time: "2026-11-20T10:05:00.000Z-0000-k9x2",
          fields: { title: "Milk", done: false },
        },
      ],
    },
  ],
};

export const SYNC_RESPONSE_EXAMPLE: SyncResponse = {
  results: [{ id: 1, status: "applied" }],
  changes: [
    {
      collection: "todos",
      id: "t1",
      version: 1,
      stamp: 1795341900000001,
      fields: { title: "Milk", done: false },
      time: "2026-11-20T10:05:00.000Z-0000-k9x2",
    },
  ],
  cursor: "1.1894c145d45e5aba94c552b2.hhe8x0t4sh.all.5ef01241",
  more: false,
  lastMutation: 1,
  digest: { todos: "9f3c0a51b7d2e684" },
  now: "2026-11-20T10:05:00.120Z-0001-server",
};
