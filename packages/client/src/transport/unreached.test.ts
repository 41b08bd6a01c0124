// A page is told why it does not reach the server, as far as its browser lets one find out.

import { expect, test } from "vitest";
import { createHttpTransport } from "./http.ts";

const URL = "https://sync.example.com";
const ORIGIN = "https://app.example.com";
const REQUEST = { cursor: null, clientId: "c", limit: 1 };

interface Network {
  readonly origin?: string;
  readonly url?: string;
  /** What is answered: by the mode of the request. */
  answers(mode: RequestMode | undefined): boolean;
}

/** Pulls once or more, and gives what was thrown, and what the developer was told. */
async function pull({ origin = ORIGIN, url = URL, answers }: Network, times = 1) {
  const warned: string[] = [];
  const asked: string[] = [];
  const transport = createHttpTransport({
    url,
    app: "todo",
    token: async () => "t",
    environment: { origin: () => origin, warn: (text) => void warned.push(text) },
    fetch: async (input, init) => {
      asked.push(`${init?.mode ?? "call"} ${input}`);
      if (answers(init?.mode)) return new Response(null);
      throw new TypeError("Failed to fetch");
    },
  });
  let thrown: unknown;
  for (let i = 0; i < times; i++) {
    const { signal } = new AbortController();
    thrown = await transport.pull("~", REQUEST, { signal }).catch((error: unknown) => error);
  }
  return { thrown, warned, asked };
}

test("a server that answers, and lets no page of this origin read that, lacks a CORS header", async () => {
  const { thrown, warned } = await pull({ answers: (mode) => mode === "no-cors" }, 2);
  expect(thrown).toMatchObject({
    code: "offline",
    message: expect.stringMatching(
      /sync\.example\.com answers.*CORS.*--cors-origins https:\/\/app/,
    ),
  });
  // The developer hears it once.
  expect(warned).toEqual([expect.stringContaining("CORS header is missing")]);
});

test("where nothing answers, the likely causes are named with the address", async () => {
  const { thrown } = await pull({ answers: () => false });
  expect(thrown).toMatchObject({
    code: "offline",
    message: expect.stringMatching(
      /sync\.example\.com was not reached.*connect-src.*--cors-origins/,
    ),
  });
});

test("a call that was lost on the way to a server that is there says nothing of CORS", async () => {
  const { thrown, warned } = await pull({ answers: (mode) => mode !== undefined });
  expect(thrown).toMatchObject({ code: "offline", message: expect.not.stringContaining("CORS") });
  expect(warned).toEqual([]);
});

test("a page of https cannot call http, and is told so without a request", async () => {
  const { thrown, asked } = await pull({ url: "http://10.0.0.1:4400", answers: () => false });
  expect(thrown).toMatchObject({
    message: expect.stringMatching(/no page of https:.*certificate/),
  });
  expect(asked).toHaveLength(1);
});

test("a page's own server needs no header, and is asked nothing more", async () => {
  for (const url of [ORIGIN, ""]) {
    const { thrown, warned, asked } = await pull({ url, answers: () => false });
    expect(thrown).toMatchObject({ code: "offline", message: expect.not.stringContaining("CORS") });
    expect([warned.length, asked.length]).toEqual([0, 1]);
  }
});
