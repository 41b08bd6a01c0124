// @syncline/kit/grpc: the transport over gRPC, both sides of it.

export { createGrpcTransport, type GrpcTransportOptions } from "./client.ts";
export { addGrpcPeer, createGrpcServer, type GrpcPeerOptions } from "./server.ts";
