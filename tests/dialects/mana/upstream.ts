// The other side's own services, as far as they are asked: they answer what a test says, or not at all.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface AuthService {
  readonly url: string;
  /** The organisations of each user. */
  readonly memberships: Map<string, readonly string[]>;
  /** Which users it was asked for, with which key. */
  readonly asked: { readonly userId: string; readonly key: string | undefined }[];
  /** True: it answers 500. */
  isDown: boolean;
  close(): Promise<void>;
}

const PATH = /^\/api\/v1\/internal\/users\/([^/]+)\/memberships$/;

export async function startAuthService(): Promise<AuthService> {
  const memberships = new Map<string, readonly string[]>();
  const asked: AuthService["asked"] = [];
  const server = createServer((request, response) => {
    const userId = decodeURIComponent(PATH.exec(request.url ?? "")?.[1] ?? "");
    const key = request.headers["x-service-key"];
    asked.push({ userId, key: typeof key === "string" ? key : undefined });
    if (service.isDown) {
      response.writeHead(500).end();
      return;
    }
    const list = (memberships.get(userId) ?? []).map((organizationId) => ({
      organizationId,
      role: "member",
    }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ userId, memberships: list }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const service: AuthService = {
    url: `http://127.0.0.1:${port}`,
    memberships,
    asked,
    isDown: false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}
