// What every bus must do: the port's promises as tests.

import { personalSpace } from "@syncline/core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Bus, type BusMessage, type CommitMessage, USERS_CHANNEL } from "./port.ts";

export interface BusHarness {
  /** Before the first test: starts what the bus needs. */
  start?(): Promise<void>;
  /** A node's own connection. */
  open(): Promise<Bus>;
  /** Breaks every node's connection for a moment; undefined for a bus that has none. */
  interrupt?(): Promise<void>;
  /** Says something on every channel that a stranger could say. */
  speak?(text: string): Promise<void>;
}

const PATIENCE = { timeout: 15_000, interval: 10 };

/** Runs the suite on an adapter. */
export function describeBus(name: string, harness: BusHarness): void {
  // Connections come back after a random wait.
  describe(`bus: ${name}`, { timeout: 30_000 }, () => {
    const open: Bus[] = [];
    beforeAll(async () => await harness.start?.(), 60_000);
    afterEach(async () => {
      for (const bus of open.splice(0)) await bus.close();
    });
    const node = async () => {
      const bus = await harness.open();
      open.push(bus);
      return bus;
    };
    /** Two nodes; the same one where the bus does not leave its process. */
    const nodes = async () => {
      const here = await node();
      return [here, here.remote === true ? await node() : here] as const;
    };
    const listen = (bus: Bus, space: string) => {
      const heard: BusMessage[] = [];
      const stop = bus.subscribe(space, (message) => void heard.push(message));
      return { heard, stop };
    };
    /** Messages until one arrives: a subscription may take a moment to reach the other side. */
    const settle = async (from: Bus, { heard }: { heard: BusMessage[] }, space: string) => {
      await expect
        .poll(() => {
          from.publish(commit(space, 0));
          return heard.some(({ type }) => type === "commit");
        }, PATIENCE)
        .toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      heard.length = 0;
    };

    it("[BU1] brings what is said of users to every node, on a channel that no space has", async () => {
      const [here, there] = await nodes();
      const far = listen(there, USERS_CHANNEL);
      const space = listen(there, "a/x");
      const message: BusMessage = { type: "user", space: USERS_CHANNEL, userId: "alice" };
      await expect
        .poll(() => {
          here.publish(message);
          return far.heard;
        }, PATIENCE)
        .toContainEqual(message);
      expect(space.heard).toEqual([]);
    });

    it("[BU1] brings a message to the subscribers of its space on every node, and to nobody else", async () => {
      const [here, there] = await nodes();
      const near = listen(here, "a/x");
      const far = listen(there, "a/x");
      const other = listen(there, "a/y");
      await settle(here, far, "a/x");
      near.heard.length = 0;
      here.publish(commit("a/x", 1));
      await expect.poll(() => far.heard, PATIENCE).toContainEqual(commit("a/x", 1));
      expect(near.heard).toEqual([commit("a/x", 1)]);
      there.publish({ type: "members", space: "a/x" });
      await expect.poll(() => near.heard.length, PATIENCE).toBe(2);
      far.stop();
      far.heard.length = 0;
      here.publish(commit("a/x", 2));
      await expect.poll(() => near.heard.length, PATIENCE).toBe(3);
      expect([far.heard, other.heard]).toEqual([[], []]);
    });

    it("[BU1] carries every kind of message as it was sent", async () => {
      const [here, there] = await nodes();
      const space = `a/${personalSpace("ünï 1")}`;
      const far = listen(there, space);
      await settle(here, far, space);
      const messages: BusMessage[] = [
        commit(space, 1795341900000001),
        { type: "members", space },
        { type: "who", space },
        { type: "presence", space, clientId: "c", userId: 'ü "', state: '{"at":"🎉"}' },
        { type: "presence", space, clientId: "c", userId: "u", state: null },
      ];
      for (const message of messages) here.publish(message);
      await expect.poll(() => far.heard, PATIENCE).toEqual(messages);
    });

    it("[BU2] forgets what nobody heard", async () => {
      const [here, there] = await nodes();
      here.publish(commit("a/x", 1));
      const late = listen(there, "a/x");
      await settle(here, late, "a/x");
      await here.close();
      here.publish(commit("a/x", 2));
      expect(late.heard).toEqual([]);
    });

    it("[BU3] goes on when a subscriber throws", async () => {
      const [here, there] = await nodes();
      there.subscribe("a/x", () => {
        throw new Error("mine");
      });
      const far = listen(there, "a/x");
      await settle(here, far, "a/x");
      here.publish(commit("a/x", 1));
      await expect.poll(() => far.heard, PATIENCE).toEqual([commit("a/x", 1)]);
    });

    it("[BU4] [BU5] [BU7] [BU8] tells of a gap after the connection was lost, and holds nobody up meanwhile", async () => {
      if (harness.interrupt === undefined) return;
      const [here, there] = await nodes();
      const seen: boolean[] = [];
      const stop = here.watch((connected) => void seen.push(connected));
      here.watch((connected) => void seen.push(connected))();
      const far = listen(there, "a/x");
      await settle(here, far, "a/x");
      expect([here.isConnected(), there.isConnected()]).toEqual([true, true]);
      const interrupted = harness.interrupt();
      await expect
        .poll(() => here.isConnected() && there.isConnected(), { timeout: 15_000, interval: 1 })
        .toBe(false);
      for (let i = 0; i < 5_000; i++) here.publish(commit("a/x", i));
      await interrupted;
      await expect.poll(() => far.heard.some(({ type }) => type === "gap"), PATIENCE).toBe(true);
      await expect.poll(() => there.isConnected(), PATIENCE).toBe(true);
      await expect.poll(() => here.isConnected() && seen.at(-1), PATIENCE).toBe(true);
      // In turns: a connection that comes back only for a moment is told of, too.
      expect(seen).toEqual(seen.map((_, i) => i % 2 === 1));
      stop();
      await settle(here, far, "a/x");
      here.publish(commit("a/x", 9_999));
      await expect.poll(() => far.heard, PATIENCE).toContainEqual(commit("a/x", 9_999));
    });

    it("[BU8] passes over what no node has sealed, however well-formed it is", async () => {
      if (harness.speak === undefined) return;
      const [here, there] = await nodes();
      const far = listen(there, "a/x");
      await settle(here, far, "a/x");
      const forged = { type: "presence", space: "a/x", clientId: "c", userId: "u", state: "{}" };
      const seals = [{}, { number: 1, atMs: Date.now(), seal: "" }, { seal: "A".repeat(22) }];
      for (const seal of seals)
        for (const message of [forged, commit("a/x", 5), { type: "members", space: "a/x" }])
          await harness.speak(JSON.stringify({ from: "x", ...seal, message }));
      here.publish(commit("a/x", 7));
      await expect.poll(() => far.heard, PATIENCE).toEqual([commit("a/x", 7)]);
    });

    it("[BU6] passes over what is no message of ours", async () => {
      if (harness.speak === undefined) return;
      const [here, there] = await nodes();
      const far = listen(there, "a/x");
      await settle(here, far, "a/x");
      for (const text of HOSTILE) await harness.speak(text);
      here.publish(commit("a/x", 7));
      await expect.poll(() => far.heard, PATIENCE).toEqual([commit("a/x", 7)]);
    });
  });
}

const HOSTILE = [
  "",
  "{",
  "null",
  "[]",
  '{"from":"x"}',
  '{"from":"x","message":{"type":"commit","space":"a/x"}}',
  '{"from":"x","message":{"type":"commit","space":"a/x","stamp":"1","clientId":"c","lastMutation":1}}',
  '{"from":"x","message":{"type":"presence","space":"a/x","clientId":"c","userId":"u","state":"no json"}}',
  '{"from":"x","message":{"type":"gap","space":"a/x"}}',
  '{"from":"x","message":{"type":"members","space":"../x"}}',
  '{"from":1,"message":{"type":"members","space":"a/x"}}',
  `{"from":"x","message":{"type":"members","space":"a/x"},"more":"${"x".repeat(7_900)}"}`,
];

function commit(space: string, stamp: number): CommitMessage {
  return { type: "commit", space, stamp, clientId: "c1", lastMutation: 1 };
}
