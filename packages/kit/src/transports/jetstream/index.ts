// @syncline/kit/jetstream: the transport over NATS whose pushes wait on the server's disk while the peer is away.

export { createJetStreamTransport, type JetStreamTransportOptions } from "./client.ts";
export { type JetStreamPeerOptions, serveJetStreamPeer } from "./peer.ts";
export type { JetStreamOptions } from "./stream.ts";
