// What tests of Syncline and of apps need: numbers that repeat with their seed.

export { createSeededRandom, type SeededRandom } from "./seeded-random.ts";
