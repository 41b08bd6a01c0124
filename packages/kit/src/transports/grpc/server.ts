// The peer's side of gRPC: a service for any server of @grpc/grpc-js.

import {
  Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import type { ObservedStore } from "../../stores/observed.ts";
import type { PeerOptions } from "../../wire/peer.ts";
import { createRpcPeer, type RpcMethod } from "../rpc/peer.ts";
import { MAX_MESSAGE_BYTES, SERVICE } from "./definition.ts";

export interface GrpcPeerOptions extends PeerOptions {
  readonly store: ObservedStore;
  /** Asked before every call; false refuses it. */
  admit?(call: { readonly metadata: { get(name: string): unknown[] } }): boolean;
}

/** A server with room for our messages. */
export function createGrpcServer(): Server {
  return new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
}

/** Adds the service to a server. */
export function addGrpcPeer(server: Server, options: GrpcPeerOptions): void {
  const { store } = options;
  const answer = createRpcPeer(options);
  const refused = { code: status.PERMISSION_DENIED, details: "not admitted" };
  const unary =
    (method: RpcMethod) =>
    (call: ServerUnaryCall<string, string>, reply: sendUnaryData<string>) => {
      if (options.admit?.(call) === false) {
        reply(refused);
        return;
      }
      const gone = new AbortController();
      call.once("cancelled", () => gone.abort());
      answer(method, call.request, gone.signal).then(
        (text) => reply(null, text),
        () => reply({ code: status.INTERNAL, details: "internal error" }),
      );
    };
  server.addService(SERVICE, {
    push: unary("push"),
    pull: unary("pull"),
    latest: unary("latest"),
    news(call: ServerWritableStream<string, string>) {
      if (options.admit?.(call) === false) {
        call.emit("error", refused);
        return;
      }
      // A slow reader has an unread word already.
      let full = !call.write("");
      call.on("drain", () => {
        full = false;
      });
      const endNews = store.onStored(() => {
        if (!full) full = !call.write("");
      });
      call.once("close", endNews);
      call.once("cancelled", endNews);
      call.once("error", endNews);
    },
  });
}
