// Orders of one's own.

export { compareRanks, MAX_RANK_LENGTH, placeAt, type Ranked, rankBetween } from "./rank.ts";
