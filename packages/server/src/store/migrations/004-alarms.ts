// Migration 4: when background work is to look at a space again, whatever is committed there: at somebody's midnight.

export const name = "alarms";

export const sql = "ALTER TABLE consumers ADD COLUMN due_ms INTEGER";
