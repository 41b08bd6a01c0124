// The options of backups that a server makes by itself.

export const BACKUP_OPTIONS = {
  backupFolder: {
    kind: "text",
    description:
      "A folder for backups, which `syncline serve` makes and verifies by itself; it makes none where left out",
    default: undefined,
    env: "SYNCLINE_BACKUP_FOLDER",
    flag: "backup-folder",
  },
  backupHours: {
    kind: "number",
    description: "With backupFolder: how many hours old the newest backup may get",
    default: 24,
    env: "SYNCLINE_BACKUP_HOURS",
    flag: "backup-hours",
    min: 1,
    max: 8_760,
  },
  backupKeep: {
    kind: "number",
    description: "With backupFolder: how many backups are kept, the newest ones",
    default: 14,
    env: "SYNCLINE_BACKUP_KEEP",
    flag: "backup-keep",
    min: 1,
    max: 10_000,
  },
} as const;

export interface BackupConfig {
  readonly backupFolder: string | undefined;
  readonly backupHours: number;
  readonly backupKeep: number;
}
