// The options of what `syncline compact` keeps.

export const RETENTION_OPTIONS = {
  retentionDays: {
    kind: "number",
    description: "How many days of tombstones and history `syncline compact` keeps",
    default: 90,
    env: "SYNCLINE_RETENTION_DAYS",
    flag: "retention-days",
    min: 1,
    max: 36_500,
  },
  auditDays: {
    kind: "number",
    description: "How many days of the audit `syncline compact` keeps",
    default: 365,
    env: "SYNCLINE_AUDIT_DAYS",
    flag: "audit-days",
    min: 1,
    max: 36_500,
  },
} as const;

export interface RetentionConfig {
  readonly retentionDays: number;
  readonly auditDays: number;
}
