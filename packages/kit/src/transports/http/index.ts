// @syncline/kit/http: the endpoints of a peer, for node:http and fetch-style servers.

export { MAX_BODY_DEPTH } from "./body.ts";
export { createEnvelopeHandler, type EnvelopeHandlerOptions } from "./envelope.ts";
export {
  createSyncHandler,
  type HandlerStats,
  type SyncHandler,
  type SyncHandlerOptions,
} from "./handler.ts";
export { toNodeListener } from "./node-listener.ts";
