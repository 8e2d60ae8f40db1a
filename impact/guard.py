"""The database adds to the ledger and never changes it, whatever the code path; and counts each object at most once.

An account that is deleted may take its name out of a row (``by``): nothing that is counted or signed hangs on it.
"""

from core.guards import Guard

ENTRY, FIGURE, SNAPSHOT = "impact_kpientry", "impact_manualfigure", "impact_kpisnapshot"
STANDS: dict[str, str] = {
    ENTRY: (
        "id, target_id, rule_id, object_key, spell, counts, counted_on, words, record_label, record_id, demonstration,"
        " why, reason, recorded_at"
    ),
    FIGURE: "id, target_id, value, as_of, source, corrects_id, reason, demonstration, entered_at",
    SNAPSHOT: ("id, target_id, period_end, value, entries_hash, last_entry, last_figure, demonstration, signed_at"),
}
_written = "what was counted stays written: add a correction"
_out_of_turn = "an object counts once, and only what counts is reversed"
_another = "a figure corrects one of its own target and day"

_was_reversed = (
    f"SELECT 1 FROM {ENTRY} was WHERE was.target_id = NEW.target_id AND was.object_key = NEW.object_key"
    " AND was.spell = NEW.spell - 1 AND NOT was.counts"
)
_is_counted = (
    f"SELECT 1 FROM {ENTRY} was WHERE was.target_id = NEW.target_id AND was.object_key = NEW.object_key"
    " AND was.spell = NEW.spell AND was.counts AND was.counted_on = NEW.counted_on"
)
_in_turn = (
    f"(NEW.counts AND NEW.spell > 1 AND NOT EXISTS ({_was_reversed})) OR (NOT NEW.counts AND NOT EXISTS ({_is_counted}))"
    " OR NEW.spell < 1"
)
_is_another = (
    f"NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {FIGURE} was WHERE was.id = NEW.corrects_id"
    " AND was.target_id = NEW.target_id AND was.as_of = NEW.as_of)"
)


def _abort(words: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{words}'); END"


SQLITE = {
    **{
        f"{table}_stands": f"BEFORE UPDATE OF {columns} ON {table} {_abort(_written)}"
        for table, columns in STANDS.items()
    },
    **{f"{table}_stays": f"BEFORE DELETE ON {table} {_abort(_written)}" for table in STANDS},
    "impact_entry_in_turn": f"BEFORE INSERT ON {ENTRY} WHEN {_in_turn} {_abort(_out_of_turn)}",
    "impact_figure_corrects_its_own": f"BEFORE INSERT ON {FIGURE} WHEN {_is_another} {_abort(_another)}",
}


def _function(name: str, words: str, condition: str = "true") -> str:
    return f"""
    CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """


POSTGRESQL = {
    **{
        f"{table}_stands": f"BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW EXECUTE FUNCTION impact_stands()"
        for table, columns in STANDS.items()
    },
    **{f"{table}_stays": f"BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION impact_stands()" for table in STANDS},
    "impact_entry_in_turn": f"BEFORE INSERT ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION impact_entry_in_turn()",
    "impact_figure_corrects_its_own": (
        f"BEFORE INSERT ON {FIGURE} FOR EACH ROW EXECUTE FUNCTION impact_figure_corrects_its_own()"
    ),
}

GUARD = Guard(
    app="impact",
    what="evidence of the strategy's targets",
    sqlite=SQLITE,
    postgresql=POSTGRESQL,
    functions=(
        _function("impact_stands", _written),
        _function("impact_entry_in_turn", _out_of_turn, _in_turn),
        _function("impact_figure_corrects_its_own", _another, _is_another),
    ),
    constraints=((ENTRY, "impact_an_object_counts_once"),),
)
