"""The database refuses to give a unit to two bookings at once, and adds up allowances itself, whatever the code path.

PostgreSQL has a constraint for the first. SQLite has one writer at a time, and a trigger sees what that writer sees: there a
trigger is as good; on PostgreSQL it would miss what a rival has not committed. Triggers on both count the balance of an
account from its entries, and a constraint of the table keeps it from going below nothing.
"""

from core.guards import Guard

ALLOCATION, ACCOUNT, ENTRY = "spaces_allocation", "spaces_allowanceaccount", "spaces_allowanceentry"

TAKEN = "spaces_unit_is_taken_once"  # the constraint; and what the trigger says
_overlaps = (
    f"SELECT 1 FROM {ALLOCATION} other WHERE other.unit_id = NEW.unit_id AND other.active AND other.id <> NEW.id"
    " AND other.starts_at < NEW.blocks_until AND other.blocks_until > NEW.starts_at"
)
_refuse_overlap = f"WHEN NEW.active AND EXISTS ({_overlaps}) BEGIN SELECT RAISE(ABORT, '{TAKEN}'); END"
_wrong = "a balance is added up by the database: add an entry"
_kept = "entries are added, never changed"

SQLITE = {
    "spaces_unit_taken": f"AFTER INSERT ON {ALLOCATION} {_refuse_overlap}",
    "spaces_unit_taken_anew": (
        f"AFTER UPDATE OF unit_id, starts_at, blocks_until, active ON {ALLOCATION} {_refuse_overlap}"
    ),
    "spaces_entry_counted": (
        f"AFTER INSERT ON {ENTRY} BEGIN"
        f" UPDATE {ACCOUNT} SET balance = balance + NEW.amount WHERE id = NEW.account_id; END"
    ),
    "spaces_entry_kept": (
        f"BEFORE UPDATE OF account_id, kind, amount, booking_id, at ON {ENTRY}"
        f" BEGIN SELECT RAISE(ABORT, '{_kept}'); END"
    ),
    "spaces_balance_counted": (
        f"AFTER UPDATE OF balance ON {ACCOUNT} WHEN NEW.balance <>"
        f" (SELECT COALESCE(SUM(amount), 0) FROM {ENTRY} WHERE account_id = NEW.id)"
        f" BEGIN SELECT RAISE(ABORT, '{_wrong}'); END"
    ),
    "spaces_account_begins_empty": (
        f"AFTER INSERT ON {ACCOUNT} WHEN NEW.balance <> 0 BEGIN SELECT RAISE(ABORT, '{_wrong}'); END"
    ),
}

POSTGRESQL_FUNCTIONS = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""
    CREATE OR REPLACE FUNCTION spaces_count_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE {ACCOUNT} SET balance = balance + NEW.amount WHERE id = NEW.account_id;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION spaces_keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{_kept}' USING ERRCODE = 'check_violation';
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION spaces_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM {ACCOUNT} account WHERE account.id = NEW.id AND account.balance <>
                   (SELECT COALESCE(sum(amount), 0) FROM {ENTRY} WHERE account_id = account.id)) THEN
            RAISE EXCEPTION '{_wrong}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
)
POSTGRESQL = {
    "spaces_entry_counted": f"AFTER INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION spaces_count_entry()",
    "spaces_entry_kept": (
        f"BEFORE UPDATE OF account_id, kind, amount, booking_id, at ON {ENTRY}"
        " FOR EACH ROW EXECUTE FUNCTION spaces_keep_entry()"
    ),
    "spaces_balance_counted": (
        f"AFTER INSERT OR UPDATE OF balance ON {ACCOUNT} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION spaces_check_balance()"
    ),
}

GUARD = Guard(
    app="spaces",
    what="units of spaces and allowances of tenants",
    sqlite=SQLITE,
    postgresql=POSTGRESQL,
    functions=POSTGRESQL_FUNCTIONS,
    exclusions={
        TAKEN: (
            ALLOCATION,
            "EXCLUDE USING gist (unit_id WITH =, tstzrange(starts_at, blocks_until, '[)') WITH &&) WHERE (active)",
        )
    },
    constraints=((ACCOUNT, "spaces_allowance_is_never_overdrawn"),),
)
