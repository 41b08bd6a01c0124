// The transport over gRPC.

import {
  type ChannelCredentials,
  type ClientReadableStream,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { type ErrorCode, SynclineError } from "@syncline/core";
import { systemEnvironment } from "../../environment.ts";
import type { Transport } from "../../ports.ts";
import type { RpcMethod } from "../rpc/peer.ts";
import { createRpcTransport, type RpcLink, type RpcTransportOptions } from "../rpc/transport.ts";
import { MAX_MESSAGE_BYTES, SERVICE } from "./definition.ts";

export interface GrpcTransportOptions extends Pick<RpcTransportOptions, "environment" | "pollMs"> {
  /** `host:port` */
  readonly address: string;
  /** The peer's name; the address where left out. */
  readonly peer?: string;
  /** Without any, the connection is not encrypted. */
  readonly credentials?: ChannelCredentials;
  /** Asked before every call: for tokens. */
  metadata?(): Promise<{ readonly [name: string]: string }>;
}

const MAX_CHARACTERS = 3 * 1024 * 1024;
const RETRY_MS = 250;

const CODES: { readonly [code: number]: ErrorCode } = {
  [status.UNAUTHENTICATED]: "unauthenticated",
  [status.PERMISSION_DENIED]: "forbidden",
  [status.RESOURCE_EXHAUSTED]: "too_large",
  [status.INVALID_ARGUMENT]: "invalid",
  [status.UNIMPLEMENTED]: "not_found",
};

/** A way to a peer over gRPC; it connects when it is first used. */
export function createGrpcTransport(options: GrpcTransportOptions): Transport {
  return createRpcTransport({
    ...options,
    peer: options.peer ?? options.address,
    link: createGrpcLink(options),
    maxCharacters: MAX_CHARACTERS,
  });
}

function createGrpcLink(options: GrpcTransportOptions): RpcLink {
  const environment = options.environment ?? systemEnvironment();
  const Client = makeGenericClientConstructor(SERVICE, "Sync");
  const client = new Client(options.address, options.credentials ?? credentials.createInsecure(), {
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.initial_reconnect_backoff_ms": RETRY_MS,
    "grpc.max_reconnect_backoff_ms": 10_000,
  });
  const listeners = new Set<() => void>();
  let news: ClientReadableStream<string> | undefined;
  let cancelRetry = () => {};
  let closed = false;

  const headers = async () => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries((await options.metadata?.()) ?? {}))
      metadata.set(name, value);
    return metadata;
  };
  const watch = async () => {
    if (closed || news !== undefined || listeners.size === 0) return;
    const { path, requestSerialize, responseDeserialize } = SERVICE.news;
    const metadata = await headers();
    const stream = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      "",
      metadata,
    );
    news = stream;
    stream.on("data", () => {
      for (const listener of [...listeners]) listener();
    });
    const again = () => {
      if (news !== stream) return;
      news = undefined;
      if (!closed) cancelRetry = environment.setTimer(begin, RETRY_MS);
    };
    stream.on("error", again);
    stream.on("end", again);
  };
  const begin = () => {
    watch().catch(() => {
      // No headers: those who follow ask in intervals all the same.
      if (!closed) cancelRetry = environment.setTimer(begin, RETRY_MS);
    });
  };
  return {
    async ask(method: RpcMethod, body, signal) {
      const metadata = await headers();
      const { path, requestSerialize, responseDeserialize } = SERVICE[method];
      return await new Promise<string>((resolve, reject) => {
        const call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          body,
          metadata,
          (error: ServiceError | null, answer?: string) => {
            signal.removeEventListener("abort", cancel);
            if (error === null) resolve(answer ?? "");
            else reject(callError(error));
          },
        );
        const cancel = () => call.cancel();
        signal.addEventListener("abort", cancel, { once: true });
        if (signal.aborted) cancel();
      });
    },
    onNews(listener) {
      listeners.add(listener);
      begin();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          news?.cancel();
          news = undefined;
        }
      };
    },
    async close() {
      closed = true;
      cancelRetry();
      news?.cancel();
      client.close();
    },
  };
}

function callError(error: ServiceError): SynclineError {
  const code = CODES[error.code] ?? "unavailable";
  return new SynclineError(code, `The peer answered ${status[error.code]}.`, { cause: error });
}
