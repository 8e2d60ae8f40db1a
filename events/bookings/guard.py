"""The database counts the places of each pool that are taken, and refuses one too many, whatever the code path.

A place is an attendee with a pool. Triggers add to ``taken`` when one comes, goes or moves; a constraint of the table
keeps ``taken`` within ``capacity``. A trigger on the pool itself refuses a ``taken`` that was written by hand. Changing the
pool's row is what makes two rivals take turns on PostgreSQL; SQLite has one writer at a time.
"""

from core.guards import Guard

PLACES, POOL = "events_attendee", "events_pool"

_one_more = f"UPDATE {POOL} SET taken = taken + 1 WHERE id = NEW.pool_id;"
_one_less = f"UPDATE {POOL} SET taken = taken - 1 WHERE id = OLD.pool_id;"
_wrong = "places are counted by the database: give or take them through attendees"

SQLITE = {
    "events_place_taken": f"AFTER INSERT ON {PLACES} WHEN NEW.pool_id IS NOT NULL BEGIN {_one_more} END",
    "events_place_given_back": f"AFTER DELETE ON {PLACES} WHEN OLD.pool_id IS NOT NULL BEGIN {_one_less} END",
    "events_place_moved": (
        f"AFTER UPDATE OF pool_id ON {PLACES} WHEN OLD.pool_id IS NOT NEW.pool_id BEGIN {_one_less} {_one_more} END"
    ),
    "events_pool_counted": (
        f"AFTER UPDATE OF taken ON {POOL}"
        f" WHEN NEW.taken <> (SELECT COUNT(*) FROM {PLACES} WHERE pool_id = NEW.id)"
        f" BEGIN SELECT RAISE(ABORT, '{_wrong}'); END"
    ),
    "events_pool_begins_empty": (
        f"AFTER INSERT ON {POOL} WHEN NEW.taken <> 0 BEGIN SELECT RAISE(ABORT, '{_wrong}'); END"
    ),
}

POSTGRESQL_FUNCTIONS = (
    f"""
    CREATE OR REPLACE FUNCTION events_count_place() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND OLD.pool_id IS NOT NULL THEN {_one_less} END IF;
        IF TG_OP <> 'DELETE' AND NEW.pool_id IS NOT NULL THEN {_one_more} END IF;
        RETURN NULL;
    END $$
    """,
    # Deferred to the end of the transaction: one statement may change many places, and is counted row by row.
    f"""
    CREATE OR REPLACE FUNCTION events_check_pool() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM {POOL} pool WHERE pool.id = NEW.id AND
                   pool.taken <> (SELECT count(*) FROM {PLACES} WHERE pool_id = pool.id)) THEN
            RAISE EXCEPTION '{_wrong}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
)
POSTGRESQL = {
    "events_place_taken": (
        f"AFTER INSERT OR DELETE OR UPDATE OF pool_id ON {PLACES} FOR EACH ROW EXECUTE FUNCTION events_count_place()"
    ),
    "events_pool_counted": (
        f"AFTER INSERT OR UPDATE OF taken ON {POOL} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION events_check_pool()"
    ),
}

GUARD = Guard(
    app="events",
    what="places of events",
    sqlite=SQLITE,
    postgresql=POSTGRESQL,
    functions=POSTGRESQL_FUNCTIONS,
    constraints=((POOL, "events_pool_is_never_oversold"),),
)
