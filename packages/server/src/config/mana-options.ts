// The options of the dialect mana.

export const MANA_OPTIONS = {
  manaCreditsUrl: {
    kind: "text",
    description:
      "With the dialect mana: the credits service that says who may sync; everybody where left out",
    default: undefined,
    env: "MANA_CREDITS_URL",
    flag: "mana-credits-url",
    format: "http",
  },
  manaAuthUrl: {
    kind: "text",
    description:
      "With the dialect mana: the auth service that says who belongs to which organisation; nobody shares anything where left out",
    default: undefined,
    env: "MANA_AUTH_URL",
    flag: "mana-auth-url",
    format: "http",
  },
  manaServiceKey: {
    kind: "text",
    description:
      "With the dialect mana: what the credits and auth services are shown, and what other services show at /internal",
    default: undefined,
    env: "MANA_SERVICE_KEY",
    flag: "mana-service-key",
    secret: true,
  },
  manaBodyBytes: {
    kind: "number",
    description: "With the dialect mana: the largest request",
    default: 10 * 1024 * 1024,
    env: "MANA_BODY_BYTES",
    flag: "mana-body-bytes",
    min: 1_024,
    max: 256 * 1024 * 1024,
  },
  manaRecordBytes: {
    kind: "number",
    description: "With the dialect mana: the largest record, as JSON text",
    default: 10 * 1024 * 1024,
    env: "MANA_RECORD_BYTES",
    flag: "mana-record-bytes",
    min: 1_024,
    max: 256 * 1024 * 1024,
  },
} as const;

export interface ManaConfig {
  readonly manaCreditsUrl: string | undefined;
  readonly manaAuthUrl: string | undefined;
  readonly manaServiceKey: string | undefined;
  readonly manaBodyBytes: number;
  readonly manaRecordBytes: number;
}
