// The native protocol over HTTP: everything under /v1. No route in here runs before the caller is known.

import { SynclineError } from "@syncline/core";
import { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "@syncline/core/protocol";
import { authenticate } from "../auth/authenticate.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { Engine } from "../engine/contract.ts";
import type { Places, Protocol, Route } from "../protocol/port.ts";
import type { SocketRoute } from "../protocol/socket.ts";
import { errorAnswer } from "./error-answer.ts";
import { memberRoutes } from "./member-routes.ts";
import { budgetHeaders } from "./rate-headers.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { sharingRoutes } from "./sharing-routes.ts";
import { spaceRoutes } from "./space-routes.ts";

export interface V1Options {
  readonly engine: Engine;
  readonly verifyToken: TokenVerifier;
  /** How long an answer may take. */
  readonly requestMs: number;
  /** Where NDJSON streams have their places. */
  readonly places: Places;
  /** What is live: routes and sockets beside these. */
  readonly live: { readonly routes: readonly Route[]; readonly sockets: readonly SocketRoute[] };
}

export function createV1({ live, ...options }: V1Options): Protocol {
  return {
    name: "v1",
    prefix: "/v1",
    routes: [
      ...spaceRoutes(options),
      ...memberRoutes(options),
      ...ruleRoutes(options),
      ...sharingRoutes(options),
      ...live.routes,
    ],
    sockets: live.sockets,
    begin({ header }) {
      checkProtocol(header(PROTOCOL_HEADER));
      return { headers: { "cache-control": "no-store" } };
    },
    identify: (call) => authenticate(call, options.verifyToken),
    budget: budgetHeaders,
    refuse: (thrown, { id }) => errorAnswer(thrown, id),
    notFound: ({ id }) =>
      errorAnswer(new SynclineError("not_found", "There is nothing at this address."), id),
  };
}

function checkProtocol(header: string | undefined): void {
  if (header === undefined) return;
  const asked = header.split(",").map((version) => Number(version.trim()));
  if (asked.some((version) => PROTOCOL_VERSIONS.includes(version))) return;
  throw new SynclineError(
    "incompatible",
    `This server speaks version ${PROTOCOL_VERSIONS.join(", ")} of the protocol: update the client or the server.`,
  );
}
