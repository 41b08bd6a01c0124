// What every transport must do: the port's promises as tests, against servers that misbehave.

import type { SyncRequest } from "@syncline/core";
import { afterEach, describe, expect, it } from "vitest";
import type { StreamPart, Transport } from "./port.ts";

/** What a misbehaving server does with one request. */
export interface Answer {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** Sent piece by piece. */
  readonly body?: readonly (string | Uint8Array)[];
  /** How it ends: as it should, cut off in the middle, or never. */
  readonly end?: "whole" | "cut" | "never";
}

export interface TransportHarness {
  /** Starts a server that answers requests in turn, the last answer again and again, and a transport to it. */
  open(
    answers: readonly Answer[],
  ): Promise<{ transport: Transport; tokens: () => readonly string[]; close(): Promise<void> }>;
}

const REQUEST: SyncRequest = {
  clientId: "c",
  now: "2026-11-20T10:00:00.000Z-0000-c",
  cursor: null,
  mutations: [],
};
const DELTA = { changes: [], cursor: "x", more: false, lastMutation: 0, now: REQUEST.now };
const JSON_TYPE = { "content-type": "application/json" };
const NDJSON = { "content-type": "application/x-ndjson" };
const START = '{"epoch":"e","scope":"all","began":1,"total":1}\n';
const RECORD =
  '{"collection":"c","id":"ü","version":1,"stamp":1,"fields":{"a":"ü🎉"},"time":"t"}\n';
const END = '{"cursor":"x","lastMutation":0,"digest":{},"now":"t"}\n';

/** Runs the suite on an adapter. */
export function describeTransport(name: string, { open }: TransportHarness): void {
  describe(`transport: ${name}`, () => {
    let opened: Awaited<ReturnType<TransportHarness["open"]>>;
    afterEach(() => opened.close());
    const call = async (...answers: Answer[]) => {
      opened = await open(answers);
      return opened.transport.sync("~", REQUEST, { signal: new AbortController().signal });
    };
    const read = async (...body: (string | Uint8Array)[]) => {
      opened = await open([{ headers: NDJSON, body }]);
      const parts: StreamPart[] = [];
      const request = { cursor: null, clientId: "c" };
      for await (const part of opened.transport.stream("~", request, {
        signal: new AbortController().signal,
      }))
        parts.push(part);
      return parts;
    };

    it("[TR1] gives the answer", async () => {
      const answer = { results: [], ...DELTA };
      expect(await call({ headers: JSON_TYPE, body: [JSON.stringify(answer)] })).toEqual(answer);
    });

    it("[TR1] ends at once when it is told to", async () => {
      opened = await open([{ end: "never" }]);
      const stop = new AbortController();
      const pending = opened.transport.sync("~", REQUEST, { signal: stop.signal });
      setTimeout(() => stop.abort(), 20);
      await expect(pending).rejects.toMatchObject({ code: "aborted" });
      await expect(
        opened.transport.sync("~", REQUEST, { signal: stop.signal }),
      ).rejects.toMatchObject({ code: "aborted" });
    });

    it.each<[string, Answer]>([
      [
        "a captive portal",
        { headers: { "content-type": "text/html" }, body: ["<html>Log in</html>"] },
      ],
      ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/login" } }],
      ["an empty answer", { headers: JSON_TYPE, body: [] }],
      ["half an answer", { headers: JSON_TYPE, body: ['{"results":[],'], end: "cut" }],
      ["JSON of something else", { headers: JSON_TYPE, body: ['{"hello":"world"}'] }],
      [
        "a delta with a strange record",
        {
          headers: JSON_TYPE,
          body: [JSON.stringify({ results: [], ...DELTA, changes: [{ id: 5 }] })],
        },
      ],
      [
        "a proxy's 502",
        { status: 502, headers: { "content-type": "text/html" }, body: ["<h1>Bad gateway</h1>"] },
      ],
      ["a proxy's 503", { status: 503, headers: { "retry-after": "7" } }],
    ])("[TR2] takes %s for no answer", async (_what, answer) => {
      await expect(call(answer)).rejects.toMatchObject({
        code: expect.stringMatching(/^(offline|unavailable)$/),
      });
    });

    it("[TR3] brings the server's errors as they were sent", async () => {
      const error = {
        code: "rate_limited",
        message: "Slow down.",
        path: "mutations",
        retryAfter: 12,
      };
      await expect(
        call({ status: 429, headers: JSON_TYPE, body: [JSON.stringify({ error })] }),
      ).rejects.toMatchObject(error);
      await opened.close();
      await expect(call({ status: 503, headers: { "retry-after": "7" } })).rejects.toMatchObject({
        code: "unavailable",
        retryAfter: 7,
      });
    });

    it("[TR4] asks for another token once, and then gives up", async () => {
      const refusal = {
        status: 401,
        headers: JSON_TYPE,
        body: ['{"error":{"code":"unauthenticated","message":"Expired."}}'],
      };
      await call(refusal, {
        headers: JSON_TYPE,
        body: [JSON.stringify({ results: [], ...DELTA })],
      });
      expect(opened.tokens()).toEqual(["token 1", "token 2"]);
      await opened.close();
      await expect(call(refusal)).rejects.toMatchObject({ code: "unauthenticated" });
      expect(opened.tokens()).toEqual(["token 1", "token 2"]);
    });

    it("[TR5] reads a stream whatever its pieces are", async () => {
      const bytes = new TextEncoder().encode(START + RECORD + END);
      const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
      expect((await read(...pieces)).map(({ type }) => type)).toEqual(["start", "changes", "end"]);
    });

    it.each([
      ["without its end", [START, RECORD]],
      ["with half a line", [START, RECORD.slice(0, 30)]],
      ["without its start", [RECORD, END]],
      ["that goes on after its end", [START, END, RECORD]],
      ["with something that is no record", [START, '{"a":1}\n', END]],
      ["with rubbish", [START, "\u0000\u0001\n", END]],
    ])("[TR5] never takes a stream %s for whole", async (_how, body) => {
      await expect(read(...body)).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}
