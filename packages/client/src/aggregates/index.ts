// @syncline/client/aggregates: counts, sums, averages and ends of a collection's records, grouped, once and live.

export { type AggregateResult, aggregate, liveAggregate } from "./aggregate.ts";
export type { Aggregated, AggregateQuery, Aggregation } from "./query.ts";
