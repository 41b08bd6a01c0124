// The limits of the protocol as options: what is not said stays as the protocol has it.

import { DEFAULT_LIMITS, type Limits } from "@syncline/core";

export const LIMIT_OPTIONS = {
  bodyBytes: {
    kind: "number",
    description: "The largest request, after decompression",
    default: DEFAULT_LIMITS.bodyBytes,
    env: "SYNCLINE_BODY_BYTES",
    flag: "body-bytes",
    min: 1_024,
    max: 256 * 1024 * 1024,
  },
  changesPerMutation: {
    kind: "number",
    description: "How many changes one mutation holds at most",
    default: DEFAULT_LIMITS.changesPerMutation,
    env: "SYNCLINE_CHANGES_PER_MUTATION",
    flag: "changes-per-mutation",
    min: 1,
    max: 1_000_000,
  },
  changesPerPush: {
    kind: "number",
    description: "How many changes one push holds at most",
    default: DEFAULT_LIMITS.changesPerPush,
    env: "SYNCLINE_CHANGES_PER_PUSH",
    flag: "changes-per-push",
    min: 1,
    max: 1_000_000,
  },
  mutationsPerPush: {
    kind: "number",
    description: "How many mutations one push holds at most",
    default: DEFAULT_LIMITS.mutationsPerPush,
    env: "SYNCLINE_MUTATIONS_PER_PUSH",
    flag: "mutations-per-push",
    min: 1,
    max: 1_000_000,
  },
  recordBytes: {
    kind: "number",
    description: "The largest record, as JSON text",
    default: DEFAULT_LIMITS.recordBytes,
    env: "SYNCLINE_RECORD_BYTES",
    flag: "record-bytes",
    min: 1_024,
    max: 256 * 1024 * 1024,
  },
  jsonDepth: {
    kind: "number",
    description: "How deep the values of a record are nested at most",
    default: DEFAULT_LIMITS.jsonDepth,
    env: "SYNCLINE_JSON_DEPTH",
    flag: "json-depth",
    min: 1,
    max: 1_000,
  },
  pageRecords: {
    kind: "number",
    description: "How many records a page of a delta holds at most",
    default: DEFAULT_LIMITS.pageRecords,
    env: "SYNCLINE_PAGE_RECORDS",
    flag: "page-records",
    min: 1,
    max: 100_000,
  },
  pageBytes: {
    kind: "number",
    description: "About how large a page of a delta grows",
    default: DEFAULT_LIMITS.pageBytes,
    env: "SYNCLINE_PAGE_BYTES",
    flag: "page-bytes",
    min: 1_024,
    max: 256 * 1024 * 1024,
  },
  clockSkewMs: {
    kind: "number",
    description:
      "How far a device's clock may be off before its times are shifted, in milliseconds",
    default: DEFAULT_LIMITS.clockSkewMs,
    env: "SYNCLINE_CLOCK_SKEW_MS",
    flag: "clock-skew-ms",
    min: 0,
    max: 3_600_000,
  },
} as const;

const NAMES = Object.keys(LIMIT_OPTIONS) as (keyof Limits)[]; // one option for each

export function limitsOf(config: Limits): Limits {
  return Object.fromEntries(NAMES.map((name) => [name, config[name]])) as {
    [name in keyof Limits]: number;
  };
}
