// What every bus must do: the port's promises as tests.

import { describe, expect, it } from "vitest";
import type { Bus, BusMessage, CommitMessage } from "./port.ts";

/** Runs the suite on an adapter. */
export function describeBus(name: string, open: () => Promise<Bus>): void {
  describe(`bus: ${name}`, () => {
    it("[BU1] brings a hint to the subscribers of its space and to nobody else", async () => {
      const bus = await open();
      const heard: BusMessage[] = [];
      const stop = bus.subscribe("a/x", (hint) => heard.push(hint));
      bus.subscribe("a/x", (hint) => heard.push(hint));
      bus.subscribe("a/y", () => expect.unreachable("a hint of another space"));
      bus.publish(commit("a/x", 1));
      expect(heard).toEqual([commit("a/x", 1), commit("a/x", 1)]);
      stop();
      bus.publish(commit("a/x", 2));
      expect(heard).toHaveLength(3);
      await bus.close();
    });
    it("[BU2] forgets what nobody heard", async () => {
      const bus = await open();
      bus.publish(commit("a/x", 1));
      bus.subscribe("a/x", () => expect.unreachable("an old hint"));
      await bus.close();
      bus.publish(commit("a/x", 2));
    });
    it("[BU3] goes on when a subscriber throws", async () => {
      const bus = await open();
      const heard: number[] = [];
      bus.subscribe("a/x", () => {
        throw new Error("mine");
      });
      bus.subscribe("a/x", (message) => heard.push(message.type === "commit" ? message.stamp : 0));
      bus.publish(commit("a/x", 1));
      expect(heard).toEqual([1]);
      await bus.close();
    });
  });
}

function commit(space: string, stamp: number): CommitMessage {
  return { type: "commit", space, stamp, clientId: "c1", lastMutation: 1 };
}
