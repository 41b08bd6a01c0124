// The end of a server whose callers are in the middle of a request: who sends on is waited for a while, who has sent all
// gets the answer.

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** @param afterMs how long a closing server waits for the rest of requests */
export function cutHalfSent(app: FastifyInstance, afterMs: number): void {
  const { server } = app;
  /** Connections, with the request on each that is not answered. */
  const open = new Map<Socket, IncomingMessage | undefined>();
  server.on("connection", (socket) => {
    open.set(socket, undefined);
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    open.set(socket, request);
    response.once("close", () => {
      if (open.get(socket) === request) open.set(socket, undefined);
    });
  });
  // A socket says its own farewell.
  server.on("upgrade", (request) => open.delete(request.socket));
  let timer: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    timer = setTimeout(() => {
      for (const [socket, request] of open) if (request?.complete !== true) socket.destroy();
    }, afterMs);
  });
  app.addHook("onClose", async () => clearTimeout(timer));
}
