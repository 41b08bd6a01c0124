// Merge policies: what becomes of a record when a change arrives.

export { counter } from "./counter.ts";
export { type CustomMerge, type CustomOutcome, customPolicy } from "./custom.ts";
export { log } from "./log.ts";
export { deletionRegister, fieldRegister, fieldTime, lww } from "./lww.ts";
export { POLICIES, policyByName, resolvePolicy } from "./policies.ts";
export type { MergeContext, MergeOutcome, MergePolicy, PolicyName } from "./policy.ts";
export { type SettleContext, type Settled, settleTimes } from "./settle-times.ts";
export { versioned } from "./versioned.ts";
