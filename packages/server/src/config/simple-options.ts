// The options of the dialect simple.

export const SIMPLE_OPTIONS = {
  simpleJwtSecret: {
    kind: "text",
    description:
      "With the dialect simple: the secret of the older form's tokens, 32 characters or more; that form is not spoken where left out",
    default: undefined,
    env: "SYNCLINE_SIMPLE_JWT_SECRET",
    flag: "simple-jwt-secret",
    dialectEnv: { simple: "JWT_SECRET" },
    secret: true,
  },
} as const;

export interface SimpleConfig {
  readonly simpleJwtSecret: string | undefined;
}
