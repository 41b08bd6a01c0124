// Migration 6: from which histories a space goes on, so that devices know what a restore means to them.

export const name = "lineage";

export const sql = "ALTER TABLE spaces ADD COLUMN lineage TEXT NOT NULL DEFAULT '[]'";
