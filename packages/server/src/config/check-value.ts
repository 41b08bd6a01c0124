// Whether a value that was given for an option is one: strict, so that no typing mistake starts a server.

import { addressReader } from "../front/address.ts";
import type { OptionFormat, OptionSpec } from "./option-spec.ts";

export type Checked = { readonly value: unknown } | { readonly problem: string };

export function checkValue(given: unknown, spec: OptionSpec): Checked {
  switch (spec.kind) {
    case "number": {
      const value = typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : given;
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? { value }
        : { problem: `give a whole number from ${min} to ${max}, not ${show(given, spec)}` };
    }
    case "boolean": {
      if (given === true || given === "true" || given === "1") return { value: true };
      if (given === false || given === "false" || given === "0") return { value: false };
      return { problem: `give true or false, not ${show(given, spec)}` };
    }
    case "list": {
      const list = typeof given === "string" ? given.split(",").map((part) => part.trim()) : given;
      if (!Array.isArray(list) || !list.every((part) => typeof part === "string" && part !== ""))
        return { problem: `give names separated by commas, not ${show(given, spec)}` };
      const problem = list.map((part) => partProblem(part, spec)).find((one) => one !== undefined);
      return problem === undefined ? { value: list } : { problem };
    }
    case "choice":
      return typeof given === "string" && spec.choices?.includes(given) === true
        ? { value: given }
        : { problem: `give one of ${spec.choices?.join(", ")}, not ${show(given, spec)}` };
    case "text": {
      if (typeof given !== "string" || given === "")
        return { problem: `give a text, not ${show(given, spec)}` };
      const problem = partProblem(given, spec);
      return problem === undefined ? { value: given } : { problem };
    }
    default:
      return spec.kind satisfies never;
  }
}

function partProblem(part: string, { choices, format, secret }: OptionSpec): string | undefined {
  if (choices?.includes(part) === false) return `${part} is none of ${choices.join(", ")}`;
  if (format === undefined) return undefined;
  const problem = FORMATS[format](part);
  return problem?.replace("$", secret === true ? "what is there" : JSON.stringify(part));
}

/** What is wrong with a part; `$` stands for it. */
const FORMATS: { readonly [format in OptionFormat]: (part: string) => string | undefined } = {
  origin(part) {
    if (part === "null" || !/^https?:$/.test(protocolOf(part)))
      return "$ is no origin: write it as browsers do, https://app.example.com";
    const { origin } = new URL(part);
    return origin === part ? undefined : `$ is no origin: browsers send ${origin}`;
  },
  network(part) {
    try {
      addressReader([part]);
      return undefined;
    } catch (thrown) {
      // What it says names the part, too.
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
  },
  http: (part) =>
    /^https?:$/.test(protocolOf(part)) ? undefined : "$ is no address of the form https://…",
  postgres: (part) =>
    /^postgres(ql)?:$/.test(protocolOf(part))
      ? undefined
      : "$ is no address of the form postgres://user:password@host/name",
  redis: (part) =>
    /^rediss?:$/.test(protocolOf(part))
      ? undefined
      : "$ is no address of the form redis://host:6379",
  nats: (part) =>
    part.split(",").every((one) => /^(nats|tls|wss?):$/.test(protocolOf(one.trim())))
      ? undefined
      : "$ is no address of the form nats://host:4222",
  smtp: (part) =>
    /^smtps?:$/.test(protocolOf(part))
      ? undefined
      : "$ is no address of the form smtps://user:password@host",
  schema: (part) =>
    /^[a-z_][a-z0-9_]{0,62}$/.test(part)
      ? undefined
      : "$ is no name of a schema: lower case letters, digits and _",
};

const protocolOf = (text: string) => (URL.canParse(text) ? new URL(text).protocol : "");

function show(value: unknown, spec: OptionSpec): string {
  return spec.secret === true ? "what is there" : JSON.stringify(value);
}
