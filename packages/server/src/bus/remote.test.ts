// Buses between nodes: what somebody can do who hears and says everything on the wire, and has not the key.

import { expect, test } from "vitest";
import type { BusMessage } from "./port.ts";
import { createRemoteBus, type LinkEvents } from "./remote.ts";

/** A wire in this process: all nodes hear all, and the stranger keeps what was said. */
function wire() {
  const ends: LinkEvents[] = [];
  const said: { readonly channel: number; readonly text: string }[] = [];
  let nowMs = 1_000_000;
  const node = (key = "the key") => {
    const bus = createRemoteBus({ key, now: () => nowMs }, (events) => {
      ends.push(events);
      return {
        send(channel, text) {
          said.push({ channel, text });
          for (const end of ends) end.heard(channel, text);
        },
        listen: () => {},
        unlisten: () => {},
        isConnected: () => true,
        close: async () => {},
      };
    });
    const heard: BusMessage[] = [];
    bus.subscribe("a/x", (message) => void heard.push(message));
    return { bus, heard };
  };
  const say = (channel: number, text: string) => {
    for (const end of ends) end.heard(channel, text);
  };
  return { node, said, say, pass: (ms: number) => (nowMs += ms) };
}

const shown: BusMessage = {
  type: "presence",
  space: "a/x",
  clientId: "c",
  userId: "u",
  state: '{"at":"🎉"}',
};

test("[BU8] what was said is heard once, however often it is said again", () => {
  const { node, said, say } = wire();
  const [here, there] = [node(), node()];
  here.bus.publish(shown);
  here.bus.publish({ ...shown, state: null });
  for (const { channel, text } of said.splice(0)) say(channel, text);
  expect(there.heard).toEqual([shown, { ...shown, state: null }]);
});

test("[BU8] what was changed, or sealed with another key, or long ago, is not heard", () => {
  const { node, said, say, pass } = wire();
  const here = node();
  here.bus.publish(shown);
  const [{ channel, text } = { channel: 0, text: "" }] = said;
  const there = node();
  const changed = [
    text.replace('"u"', '"v"'),
    text.replace('"number":1', '"number":2'),
    text.replace("1000000", "1000001"),
    text.replace(/"from":"[^"]*"/, '"from":"somebody"'),
    text.replace(/"seal":"[^"]*"/, `"seal":"${"A".repeat(22)}"`),
  ];
  for (const one of changed) {
    expect(one).not.toBe(text);
    say(channel, one);
  }
  node("another key").bus.publish(shown);
  expect(there.heard).toEqual([]);
  pass(6 * 60_000);
  say(channel, text);
  expect(there.heard).toEqual([]);
});
