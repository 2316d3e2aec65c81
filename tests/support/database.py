"""One migrated template database per suite, one clone per worker, and a way back to what it was then."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

from tests.support import environment

ROOT = Path(__file__).resolve().parents[2]

# Rows that are there before any test (themes, content types, permissions, groups) are copied into the schema `seed`.
# `reset()` then empties every table that has rows and puts these back. DELETE is faster than TRUNCATE on small tables,
# and waits for no lock of an idle connection. The replica role keeps foreign keys and append-only triggers out of the
# way.
RESET_FUNCTION = """
CREATE SCHEMA seed;

DO $$
DECLARE name text; has_rows boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('CREATE TABLE seed.%1$I AS TABLE public.%1$I', name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION seed.reset() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE name text; columns text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'seed' AND tablename <> 'django_migrations' LOOP
        SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = name AND is_generated = 'NEVER';
        EXECUTE format(
            'INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM seed.%1$I', name, columns
        );
    END LOOP;
END $$;
"""


def create_template() -> None:
    """Create the template database as a deployment does. Raises CalledProcessError when a migration fails."""
    _run_sql(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(environment.TEMPLATE_DATABASE)))
    for command in (["migrate", "--verbosity=0", "--skip-checks"], ["staff_groups", "--skip-checks"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=os.environ | environment.variables(environment.TEMPLATE_DATABASE),
            stdout=subprocess.DEVNULL,
            check=True,
        )
    _run_sql(sql.SQL(RESET_FUNCTION), database=environment.TEMPLATE_DATABASE)


def clone_template() -> None:
    """Create this worker's database as a copy of the template."""
    _run_sql(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(environment.DATABASE), sql.Identifier(environment.TEMPLATE_DATABASE)
        )
    )


def forget_plans() -> None:
    """Let triggers and foreign keys plan anew, as in a process that has just started.

    In a session as long as a suite's they keep the plans that suited a few rows: to read the whole table. Thousands of
    rows inserted then cost minutes. A site that lives is analysed every minute or so, which does the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


def reset(_test: TransactionTestCase) -> None:
    """Bring the database back to what the migrations left: stands in for TransactionTestCase._fixture_teardown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed.reset()")


def _run_sql(statement: sql.SQL | sql.Composed, database: str = environment.MAINTENANCE_DATABASE) -> None:
    with psycopg.connect(environment.database_url(database), autocommit=True) as connection:
        connection.execute(statement)
