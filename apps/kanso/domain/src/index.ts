// @syncline/kanso-domain: what habits are, which days count, and how well it goes. No clock, no network, no storage.

export { type Calendar, type CalendarOptions, createCalendar } from "./calendar.ts";
export {
  type Day,
  dateOfDay,
  dayOfDate,
  dayToText,
  nextPeriod,
  type Period,
  parseDay,
  startOfMonth,
  startOfPeriod,
  startOfWeek,
  startOfYear,
  weekdayOf,
} from "./day.ts";
export { type DayEntry, type DenseLog, denseLogOf } from "./dense-log.ts";
export {
  createEntry,
  type Entry,
  type EntryDraft,
  type EntryKind,
  readEntry,
  settleEntry,
} from "./entry.ts";
export {
  type DayRange,
  FREQUENCY_TYPES,
  type FrequencyType,
  HABIT_TYPES,
  type Habit,
  type HabitType,
  reaches,
  type TargetType,
} from "./habit.ts";
export {
  archiveHabit,
  type Circumstance,
  createHabit,
  editHabit,
  type HabitDraft,
  repositionHabit,
  restoreHabit,
} from "./habit-changes.ts";
export { dayOfEntry, type HabitLog, type LoggedDay, logsOf } from "./habit-log.ts";
export {
  deriveFrequency,
  MAX_DESCRIPTION,
  MAX_TITLE,
  readHabit,
  settleHabit,
} from "./habit-rules.ts";
export { type Moment, momentText, parseMoment } from "./instant.ts";
export { DomainError } from "./problem.ts";
export {
  addUp,
  type DayProgress,
  dailyProgress,
  MAX_PROGRESS_DAYS,
  type Progress,
  progressBy,
} from "./progress.ts";
export { createSchedule, type Schedule } from "./schedule.ts";
export {
  DEFAULT_SETTINGS,
  readSettings,
  readVacation,
  type Settings,
  type Vacation,
} from "./settings.ts";
export { type Standing, standingOf } from "./standing.ts";
export { type Streak, streakOf } from "./streak.ts";
export { nextStreakChange } from "./streak-change.ts";
export type {
  Archive,
  Files,
  Imported,
  Notice,
  NoticeReason,
} from "./transfer/archive.ts";
export { DamagedFileError, type FileDamage } from "./transfer/damage.ts";
export type { ImportOptions } from "./transfer/draft.ts";
export { importHabitBull } from "./transfer/habitbull-import.ts";
export { type ImportedFrom, importFiles } from "./transfer/import-files.ts";
export { exportJson, importJson } from "./transfer/json.ts";
export { loopFilesOf } from "./transfer/loop-backup.ts";
export { exportLoop } from "./transfer/loop-export.ts";
export { importLoop } from "./transfer/loop-import.ts";
export { isSqlite } from "./transfer/sqlite.ts";
export { exportTables, importTables } from "./transfer/tables.ts";
export { decodeText } from "./transfer/text.ts";
export { type Inflate, readZip, writeZip } from "./transfer/zip.ts";
export { MAX_VALUE } from "./value.ts";
export {
  MAX_WEEKLY_SPAN,
  type WeeklyHabit,
  type WeeklyQuestion,
  type WeeklyStatistics,
  weeklyStatistics,
} from "./weekly-statistics.ts";
export { dayAt, isZone, skippedDays, startOfDayMs } from "./zone.ts";
