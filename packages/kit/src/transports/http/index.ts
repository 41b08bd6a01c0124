// @syncline/kit/http: the endpoints of a peer, for node:http and fetch-style servers.

export { createEnvelopeHandler, type EnvelopeHandlerOptions } from "./envelope.ts";
export { createSyncHandler, type SyncHandler, type SyncHandlerOptions } from "./handler.ts";
export { toNodeListener } from "./node-listener.ts";
