import { silentLogger, systemClock } from '#base'
import type { ScriptEngine } from '#script'
import { type Database, openDatabase } from '#store'
import { openTestDatabase } from '#test/database'
import { simScriptEngine } from './sim-dialogue.ts'

/** What all runs of a process share. */
export interface OpenSimStore {
  /** One connection; its tables' defaults take for now what `outdial.now` was set to. */
  readonly db: Database
  readonly script: ScriptEngine
  close(): Promise<void>
}

/** A PostgreSQL whose clock is set by hand, in the tables' defaults; `SimStore` sees to the statements. */
export async function openSimStore(): Promise<OpenSimStore> {
  const database = await openTestDatabase()
  await database.db.query(CLOCK)
  const db = openDatabase({
    url: database.url,
    dataFolder: '',
    connections: 1,
    log: silentLogger,
    clock: systemClock,
  })
  await db.start()
  return {
    db,
    script: await simScriptEngine(),
    async close() {
      await db.stop()
      await database.close()
    },
  }
}

/** Empties all tables, begins all numbers anew, and tells the time. */
export async function emptySimStore(db: Database, now: Date): Promise<void> {
  await db.query('SELECT simulation.reset()')
  await db.query(`SELECT set_config('outdial.now', $1, false)`, [now.toISOString()])
}

const CLOCK = `
  CREATE SCHEMA simulation;
  CREATE FUNCTION simulation.now() RETURNS timestamptz STABLE LANGUAGE sql
    AS $$ SELECT current_setting('outdial.now')::timestamptz $$;
  DO $$
  DECLARE col record;
  BEGIN
    FOR col IN SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_default = 'now()'
    LOOP
      EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT simulation.now()',
        col.table_name, col.column_name);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database());
    -- A plan, and the order of rows that nobody ordered, must not hang on when the vacuum came by.
    FOR col IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    LOOP
      EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', col.tablename);
    END LOOP;
  END $$;
  CREATE FUNCTION simulation.reset() RETURNS void LANGUAGE plpgsql AS $$
  DECLARE one record;
  BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables
      WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'installation')
    LOOP
      EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
    UPDATE installation SET held = false;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP
      PERFORM setval(format('public.%I', one.sequencename), 1, false);
    END LOOP;
  END $$;`
