// The variables that the original's server read, and what says the same here.

import type { FormerVariables } from "@syncline/server";

const DATABASE =
  "DATABASE_URL=postgres://user:password@host:port/name, a database of its own: the original's is imported";
const REDIS = "REDIS_URL=redis://:password@host:port, which only several nodes need";

export const VARIABLES: FormerVariables = {
  PORT: "SYNCLINE_PORT",
  DB_HOST: DATABASE,
  DB_PORT: DATABASE,
  DB_USER: DATABASE,
  DB_PASSWORD: DATABASE,
  DB_NAME: DATABASE,
  DB_SSLMODE: "DATABASE_URL, with ?sslmode= at its end",
  JWT_SECRET: "SYNCLINE_AUTH_SECRET, of 32 bytes or more",
  JWT_ISSUER: "SYNCLINE_ISSUER",
  JWT_EXPIRATION: "SYNCLINE_TOKEN_SECONDS, in seconds: 24h are 86400",
  REDIS_HOST: REDIS,
  REDIS_PORT: REDIS,
  REDIS_PASSWORD: REDIS,
  GIN_MODE: "SYNCLINE_MODE, which is development or production",
};
