// @syncline/kit/websocket: the transport over one WebSocket. The peer's side is in @syncline/kit/websocket-server.

export { createWebSocketTransport, type WebSocketTransportOptions } from "./client.ts";
