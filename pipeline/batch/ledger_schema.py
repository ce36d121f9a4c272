"""The tables of the ledger, and the statements that join two of them."""

from __future__ import annotations

VERSION = 2
PAGE = 500  # rows fetched at a time
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, how TEXT, command TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS inputs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, location BLOB NOT NULL, member BLOB NOT NULL,
    name TEXT NOT NULL, file TEXT NOT NULL, named INTEGER NOT NULL, size INTEGER, modified INTEGER,
    sha256 TEXT, state TEXT, error TEXT, detail TEXT, UNIQUE (location, member));
CREATE INDEX IF NOT EXISTS inputs_by_content ON inputs (sha256, id);
CREATE INDEX IF NOT EXISTS inputs_unread ON inputs (id) WHERE sha256 IS NULL AND state IS NULL;
CREATE TABLE IF NOT EXISTS contents (
    sha256 TEXT PRIMARY KEY, state TEXT NOT NULL, alone INTEGER NOT NULL DEFAULT 0,
    exclusive INTEGER NOT NULL DEFAULT 0, error TEXT, detail TEXT, pages INTEGER, review INTEGER,
    reports TEXT, seconds REAL, bytes INTEGER);
CREATE INDEX IF NOT EXISTS contents_by_state ON contents (state);
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, run INTEGER NOT NULL, alone INTEGER NOT NULL,
    started REAL NOT NULL, ended REAL, how TEXT, detail TEXT, counts INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS attempts_by_content ON attempts (sha256, id);
CREATE INDEX IF NOT EXISTS attempts_open ON attempts (id) WHERE ended IS NULL;
"""
# One state an input: its own where it never became a content, else that of what it holds.
STATE = "COALESCE(i.state, c.state, 'pending')"
JOINED = "inputs i LEFT JOIN contents c ON c.sha256 = i.sha256"
# What another ledger, attached as `part`, knows: finished contents go before unfinished ones, inputs of
# this shard before the same ones seen from another.
CONTENT = "sha256, state, alone, exclusive, error, detail, pages, review, reports, seconds, bytes"
INPUT = "kind, location, member, name, file, named, size, modified, sha256, state, error, detail"
ABSORB = (
    "DELETE FROM main.contents WHERE state IN ('pending', 'suspect')"
    " AND sha256 IN (SELECT sha256 FROM part.contents)",
    f"INSERT OR IGNORE INTO main.contents ({CONTENT}) SELECT {CONTENT} FROM part.contents",
    f"INSERT INTO main.inputs ({INPUT}) SELECT {INPUT} FROM part.inputs WHERE true ORDER BY id"
    " ON CONFLICT (location, member) DO UPDATE SET size = excluded.size, modified = excluded.modified,"
    " sha256 = excluded.sha256, state = excluded.state, error = excluded.error, detail = excluded.detail"
    " WHERE state = 'elsewhere' AND excluded.state IS NOT 'elsewhere'",
    "INSERT INTO main.attempts (sha256, run, alone, started, ended, how, detail, counts)"
    " SELECT sha256, 0, alone, started, COALESCE(ended, started), COALESCE(how, 'lost'), detail, counts"
    " FROM part.attempts ORDER BY id",
)
