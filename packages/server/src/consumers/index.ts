// Background work that follows the history of spaces, on any node, and loses nothing.

export {
  type ConsumerBatch,
  type ConsumerContext,
  type ConsumerDefinition,
  type ConsumerEntry,
  defineConsumer,
} from "./consumer.ts";
export { createConsumers } from "./consumers.ts";
export { systemConsumerEnvironment } from "./environment.ts";
