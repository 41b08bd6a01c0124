// @syncline/kit/nats: the transport over NATS, both sides of it.

export { createNatsTransport, type NatsTransportOptions } from "./client.ts";
export { type NatsPeer, type NatsPeerOptions, serveNatsPeer } from "./peer.ts";
