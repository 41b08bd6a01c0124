// Rules in groups, and rules that an operator wrote in a file.

import { describe, expect, it } from "vitest";
import type { Conflict, ConflictResolver } from "../ports.ts";
import { conflictOf } from "../sync/conflicts.ts";
import { IntegerVersion } from "../versions/integer.ts";
import { createRuleConfigResolver, parseRuleConfig } from "./config.ts";
import { rulesOfGroups } from "./groups.ts";
import {
  additiveMerge,
  always,
  createRuleResolver,
  eventTypeIs,
  firstWriteWins,
  lastWriteWins,
} from "./index.ts";

function conflict(type: string, aggregateId = "a", data: object = {}): Conflict {
  const side = (id: string, value: object, seq: bigint) => ({
    event: { id, type, aggregateId, data: value, metadata: null },
    version: new IntegerVersion(seq),
  });
  return conflictOf(side("e1", {}, 1n), side("e2", data, 2n), "concurrent");
}

const ruleFor = async (resolver: ConflictResolver, type: string, aggregateId?: string, data = {}) =>
  (await resolver.resolve(conflict(type, aggregateId, data))).rule;

describe("groups of rules", () => {
  it("try their own rules, then their subgroups, then their fallback, and say which it was", async () => {
    const resolver = createRuleResolver({
      rules: rulesOfGroups([
        {
          name: "prices",
          rules: [{ name: "sale", when: eventTypeIs("Sale"), resolver: firstWriteWins }],
          groups: [
            {
              name: "tax",
              rules: [{ name: "vat", when: eventTypeIs("Vat"), resolver: additiveMerge }],
            },
          ],
        },
        {
          name: "off",
          enabled: false,
          rules: [{ name: "x", when: always, resolver: lastWriteWins }],
        },
        { name: "rest", fallback: lastWriteWins },
      ]),
    });
    expect(await ruleFor(resolver, "Sale")).toBe("prices.sale");
    expect(await ruleFor(resolver, "Vat")).toBe("prices.tax.vat");
    expect(await ruleFor(resolver, "Else")).toBe("rest.fallback");
    const fallback = createRuleResolver({ rules: [], fallback: lastWriteWins });
    expect(await fallback.resolve(conflict("Else"))).not.toHaveProperty("rule");
  });

  it("refuses two rules of one name, and a group without one", () => {
    const rule = { name: "r", when: always, resolver: lastWriteWins };
    const twice = rulesOfGroups([{ name: "g", rules: [rule, rule] }]);
    expect(() => createRuleResolver({ rules: twice })).toThrow("name of its own");
    expect(() => rulesOfGroups([{ name: "", rules: [rule] }])).toThrow("group");
  });
});

const CONFIG = {
  version: "1.0",
  name: "shop",
  description: "what the shop decides by itself",
  settings: { default_fallback: "last_write_wins" },
  rules: [
    {
      name: "low",
      conditions: { event_types: ["Placed", "Changed"] },
      resolution: { strategy: "FWW" },
    },
    {
      name: "high",
      priority: 10,
      conditions: { event_types: ["Changed"], fields: ["price", "tax"] },
      resolution: { strategy: "manual_review", options: { reason: "prices differ" } },
    },
    { name: "never", enabled: false, resolution: { strategy: "lww" } },
  ],
  groups: [
    {
      name: "orders",
      fallback: "additive_merge",
      subgroups: [
        {
          name: "big",
          rules: [
            {
              name: "one",
              conditions: { aggregate_ids: ["order-1", "order-2"] },
              resolution: { strategy: "field_merge" },
            },
          ],
        },
      ],
    },
  ],
};

describe("rules from a file", () => {
  it("are read as they are written: any of a list, all of the conditions, greater priority first", async () => {
    const resolver = createRuleConfigResolver(CONFIG);
    expect(await ruleFor(resolver, "Changed", "x", { tax: 1 })).toBe("high");
    expect(await ruleFor(resolver, "Changed", "x", { title: "t" })).toBe("low");
    expect(await ruleFor(resolver, "Placed")).toBe("low");
    expect(await ruleFor(resolver, "Noted", "order-2")).toBe("orders.big.one");
    expect(await ruleFor(resolver, "Noted", "order-3")).toBe("orders.fallback");
    const high = await resolver.resolve(conflict("Changed", "x", { price: 1 }));
    expect(high.reasons).toContain("prices differ");
  });

  it("reads JSON and YAML alike", async () => {
    const yaml = `
version: "1.0"
name: shop
settings: { default_fallback: lww }
rules:
  - name: prices
    conditions:
      event_types: [PriceChanged]
    resolution: { strategy: manual }
`;
    const json = JSON.stringify({
      version: "1.0",
      name: "shop",
      settings: { default_fallback: "lww" },
      rules: [
        {
          name: "prices",
          conditions: { event_types: ["PriceChanged"] },
          resolution: { strategy: "manual" },
        },
      ],
    });
    expect(await parseRuleConfig(yaml, "yaml")).toEqual(await parseRuleConfig(json, "json"));
    const resolver = createRuleConfigResolver(await parseRuleConfig(yaml, "yaml"));
    expect(await ruleFor(resolver, "PriceChanged")).toBe("prices");
    expect((await resolver.resolve(conflict("Other"))).decision).toBe("keep_remote");
  });

  it("refuses texts that cannot be read, by name", async () => {
    await expect(parseRuleConfig("{", "json")).rejects.toMatchObject({ code: "config" });
    await expect(parseRuleConfig("a: [", "yaml")).rejects.toMatchObject({ code: "config" });
    const bomb = `a: &a [x,x]\nb: &b [${"*a,".repeat(9)}]\nc: &c [${"*b,".repeat(9)}]\nd: [${"*c,".repeat(9)}]`;
    await expect(parseRuleConfig(bomb, "yaml")).rejects.toMatchObject({ code: "config" });
  });

  it("takes matchers and strategies of the app's own", async () => {
    const config = {
      rules: [
        {
          name: "mine",
          conditions: { custom_match: "evening" },
          resolution: { strategy: "Cheapest" },
        },
      ],
    };
    const resolver = createRuleConfigResolver(config, {
      matchers: { evening: eventTypeIs("Late") },
      resolvers: { cheapest: firstWriteWins },
    });
    expect(await ruleFor(resolver, "Late")).toBe("mine");
    await expect(async () => resolver.resolve(conflict("Early"))).rejects.toThrow("no rule");
    const resolvers = { cheapest: firstWriteWins };
    expect(() => createRuleConfigResolver(config, { resolvers })).toThrow(/evening/);
    expect(() => createRuleConfigResolver(config)).toThrow(/Cheapest/);
  });

  it.each([
    ["nothing", null, ""],
    ["a list", [], ""],
    ["no rule and no fallback", { rules: [] }, ""],
    ["an unknown member", { rulez: [] }, "rulez"],
    ["a setting that would do nothing", { settings: { limits: {} } }, "settings.limits"],
    ["an unknown fallback", { settings: { default_fallback: "x" } }, "settings.default_fallback"],
    ["a rule without a name", { rules: [{ resolution: { strategy: "lww" } }] }, "rules.0.name"],
    ["a rule without a strategy", { rules: [{ name: "a" }] }, "rules.0.resolution"],
    [
      "an unknown strategy",
      { rules: [{ name: "a", resolution: { strategy: "x" } }] },
      "rules.0.resolution.strategy",
    ],
    [
      "a priority that is none",
      { rules: [{ name: "a", priority: "1", resolution: { strategy: "lww" } }] },
      "rules.0.priority",
    ],
    [
      "an option that nobody reads",
      { rules: [{ name: "a", resolution: { strategy: "lww", options: { x: 1 } } }] },
      "rules.0.resolution.options.x",
    ],
    [
      "an unknown condition",
      { rules: [{ name: "a", conditions: { event_type: [] }, resolution: { strategy: "lww" } }] },
      "rules.0.conditions.event_type",
    ],
    [
      "a condition that is no list",
      { rules: [{ name: "a", conditions: { fields: "x" }, resolution: { strategy: "lww" } }] },
      "rules.0.conditions.fields",
    ],
    ["a group without a name", { groups: [{ rules: [] }] }, "groups.0.name"],
    [
      "a bad rule in a subgroup",
      { groups: [{ name: "g", subgroups: [{ name: "s", rules: [7] }] }] },
      "groups.0.subgroups.0.rules.0",
    ],
  ])("refuses %s", (_what, config, path) => {
    let thrown: unknown;
    try {
      createRuleConfigResolver(config);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "config", ...(path === "" ? {} : { path }) });
  });
});
