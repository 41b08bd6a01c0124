// A port on which nothing but the metrics is answered: for networks in which only the scraper gets there.

import { once } from "node:events";
import { createServer } from "node:http";
import type { Metrics } from "../observability/metrics.ts";

export interface MetricsPort {
  close(): void;
}

const TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 32;

/** Listens; rejects where the port is taken. */
export async function openMetricsPort(
  metrics: Pick<Metrics, "read">,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsPort> {
  const server = createServer(
    { headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS },
    (request, response) => {
      request.resume();
      if (request.method !== "GET" || request.url !== "/metrics") {
        response.writeHead(404, { connection: "close" }).end();
        return;
      }
      metrics.read().then(
        ({ text, type }) => response.writeHead(200, { "content-type": type }).end(text),
        () => response.writeHead(500).end(),
      );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, "listening"); // rejects with what the server says is wrong
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
