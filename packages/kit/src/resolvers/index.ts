// Resolvers: who decides between two events that did not know of each other.

export { effectiveEvents } from "./effective.ts";
export { fieldMerge } from "./field-merge.ts";
export { compareEvents } from "./order.ts";
export { createReviewQueue, type ReviewItem, type ReviewQueue } from "./review-queue.ts";
export {
  aggregateIdIs,
  aggregateIdStartsWith,
  allOf,
  always,
  anyOf,
  createRuleResolver,
  eventTypeIs,
  fieldChanged,
  type Matcher,
  metadataIs,
  not,
  type Rule,
  type RuleHooks,
  type RuleResolverOptions,
} from "./rules.ts";
export {
  additiveMerge,
  customResolver,
  firstWriteWins,
  lastWriteWins,
  manualReview,
} from "./strategies.ts";
