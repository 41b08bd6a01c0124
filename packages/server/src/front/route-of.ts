// The declaration that a request's route was made of.

import type { FastifyRequest } from "fastify";
import type { Route } from "../protocol/port.ts";

/** What a mounted route bears in its configuration. */
export interface RouteConfig {
  readonly front?: Route;
  readonly cors?: false;
}

/** @returns undefined for a route that no protocol declared, and where there is none */
export function routeOf(request: FastifyRequest): Route | undefined {
  const config = request.routeOptions.config as RouteConfig; // as `mount` has set it; Fastify's type does not know it
  return config.front;
}
