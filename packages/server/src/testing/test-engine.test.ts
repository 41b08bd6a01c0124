import { expect, test } from "vitest";
import { createRawClient } from "./raw-client.ts";
import { createTestEngine } from "./test-engine.ts";

test("a test engine serves two devices of one user, on a clock that the test moves", async () => {
  const engine = createTestEngine();
  const phone = createRawClient(engine, { userId: "alice", clientId: "phone" });
  const laptop = createRawClient(engine, { userId: "alice", clientId: "laptop" });
  expect(await phone.push(phone.change("put", "todos", "t1", { title: "Milk" }))).toEqual({
    id: 1,
    status: "applied",
  });
  engine.advance(1_000);
  expect(await laptop.push(laptop.change("patch", "todos", "t1", { done: true }))).toEqual({
    id: 1,
    status: "applied",
  });
  await phone.catchUp();
  expect(phone.records).toEqual(laptop.records);
  expect(phone.records.get("todos/t1")?.fields).toEqual({ title: "Milk", done: true });
});
