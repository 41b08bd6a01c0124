// Access rules: the worked cases as a table, by the definition and compiled; what is no rule.

import { describe, expect, it } from "vitest";
import { isSynclineError } from "../errors/error.ts";
import { type AccessRule, AccessRules, checkRule, decideAccess, parseRule } from "./index.ts";

const RULES = `
  *           *             *            deny
  member.*    list.*        *            allow
  member.eve  list.*        delete       deny
  *           list.archive  *            deny
  member.ana  list.archive  restore      allow
  admin.*     *             *            allow
  *           list.public*  comment.*    allow
  *           list.public   comment.add  deny
  lead.*      .acl          .acl.addRule allow
  lead.*      member.*      .user.*      allow
  member.bob  list.shop     add          deny
  member.bob  list.shop     add          allow`;

const rules = RULES.trim()
  .split("\n")
  .map((line) => {
    const [user, item, action, type] = line.trim().split(/ +/);
    return parseRule({ user, item, action, type });
  });
const compiled = new AccessRules(rules);

const CASES: readonly [string, string, string, "allow" | "deny"][] = [
  [".root", "anything", "x.y", "allow"],
  ["guest.1", "note.1", "edit", "deny"],
  ["member.ana", "list.shop", "add", "allow"],
  ["member.eve", "list.shop", "delete", "deny"],
  ["member.eve", "list.shop", "add", "allow"],
  ["member.ana", "list.archive", "add", "deny"],
  ["member.ana", "list.archive", "restore", "allow"],
  ["admin.zoe", "note.1", "edit", "allow"],
  ["admin.zoe", "list.archive", "edit", "deny"],
  ["guest.1", "list.public", "comment.add", "allow"],
  ["guest.1", "list.publicity", "comment.add", "allow"],
  ["guest.1", "list.publicity", "comment", "deny"],
  ["member.bob", "list.shop", "add", "allow"],
  ["lead.kim", ".acl", ".acl.addRule", "allow"],
  ["lead.kim", "member.ana", ".user.generateToken", "allow"],
  ["lead.kim", ".user.member.ana", ".user.generateToken", "deny"],
  ["Member.ana", "list.shop", "add", "deny"],
  ["member", "list.shop", "add", "deny"],
  ["member.ana", "list.", "add", "allow"],
  ["member.ana", "list", "add", "deny"],
];

describe("access rules", () => {
  it.each(CASES)("%s %s %s: %s", (user, item, action, decision) => {
    expect(decideAccess(rules, { user, item, action })).toBe(decision);
    expect(compiled.decide({ user, item, action })).toBe(decision);
  });

  it("deny what no rule names, and hold nobody called .root back", () => {
    const nothing = new AccessRules();
    expect(nothing.decide({ user: "ana", item: "list.shop", action: "add" })).toBe("deny");
    expect(nothing.decide({ user: ".root", item: "list.shop", action: "add" })).toBe("allow");
    expect(nothing.decide({ user: ".Root", item: "list.shop", action: "add" })).toBe("deny");
  });

  it("keep the last of several with the same patterns, and count them once", () => {
    const rule: AccessRule = { user: "ana", item: "a", action: "b", type: "allow" };
    const changing = new AccessRules([rule, { ...rule, type: "deny" }]);
    expect(changing.decide(rule)).toBe("deny");
    changing.add(rule);
    expect(changing.decide(rule)).toBe("allow");
    expect(changing.count).toBe(1);
  });

  it.each([
    [{ user: "", item: "a", action: "b", type: "allow" }, "user pattern cannot be empty"],
    [{ user: "a", action: "b", type: "allow" }, "item pattern cannot be empty"],
    [{ user: "a", item: "b", action: null, type: "allow" }, "action pattern cannot be empty"],
    [
      { user: "a*b", item: "a", action: "b", type: "allow" },
      "user pattern can have at most one wildcard at the end",
    ],
    [
      { user: "a", item: "a**", action: "b", type: "allow" },
      "item pattern can have at most one wildcard at the end",
    ],
    [
      { user: "a", item: "*a", action: "b", type: "allow" },
      "item pattern can have at most one wildcard at the end",
    ],
    [
      { user: "a", item: "a\u0000", action: "b", type: "allow" },
      "item pattern contains invalid control characters",
    ],
    [
      { user: "a", item: "a", action: "b\u007f*", type: "allow" },
      "action pattern contains invalid control characters",
    ],
    [{ user: "a", item: "b", action: 3, type: "allow" }, "action pattern must be a text"],
    [
      { user: "a", item: "b", action: "c".repeat(513), type: "allow" },
      "action pattern is longer than 512 characters",
    ],
    [{ user: "a", item: "b", action: "c", type: "Allow" }, "type must be either 'allow' or 'deny'"],
    [{ user: "a", item: "b", action: "c" }, "type must be either 'allow' or 'deny'"],
    [["a"], "a rule is an object with user, item, action and type"],
    [null, "a rule is an object with user, item, action and type"],
    ["a", "a rule is an object with user, item, action and type"],
  ])("refuses %j", (value, message) => {
    expect(checkRule(value)?.message).toBe(message);
    const error = (() => {
      try {
        return parseRule(value);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(isSynclineError(error, "invalid")).toBe(true);
  });

  it("takes nothing but the four parts from what it reads", () => {
    const read = parseRule({ user: "a", item: "b", action: "*", type: "deny", admin: true });
    expect(read).toEqual({ user: "a", item: "b", action: "*", type: "deny" });
    expect(parseRule({ user: "__proto__", item: "b", action: "*", type: "deny" }).user).toBe(
      "__proto__",
    );
  });
});

it("decides for more users than it remembers as it does for few", () => {
  const rules = new AccessRules();
  rules.add({ user: "*", item: "notes.*", action: "read", type: "allow" });
  for (let i = 0; i < 20_050; i++)
    rules.add({
      user: `u${i}`,
      item: "notes.*",
      action: "write",
      type: i % 2 === 0 ? "allow" : "deny",
    });
  for (const round of [1, 2])
    for (let i = 0; i < 20_050; i++) {
      const decided = rules.decide({ user: `u${i}`, item: "notes.1", action: "write" });
      if (decided !== (i % 2 === 0 ? "allow" : "deny")) expect([round, i, decided]).toEqual([]);
    }
  expect(rules.decide({ user: "u1", item: "notes.1", action: "read" })).toBe("allow");
});
