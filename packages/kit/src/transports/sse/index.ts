// @syncline/kit/sse: news by an event stream, both sides of it.

export { createSseTransport, type SseTransportOptions } from "./client.ts";
export { createEventStreamHandler, type EventStreamOptions } from "./handler.ts";
