"""The index itself: its names, writing to it, making it anew while it is in use, and comparing it with the database.

An index is called ``<prefix>-<fingerprint of its mapping>-<moment>`` and is only ever reached by aliases. Readers ask the one
behind ``…-read``. Writers write to all behind ``…-write``: while an index is made there are two, so each has an alias of its
own besides, which goes with it: what is written to an index that was dropped is refused and does not bring it back. Each
document carries the version of its row, and the server refuses an older one; so the order in which writes and the copy of
a rebuild arrive does not matter, and nothing that is written meanwhile is lost.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from search.engines import EngineUnavailable
from search.locking import wait_for_turn
from search.models import IndexedDocument

from . import lease
from .client import MERGING, WRITING, Elasticsearch, connection, helpers, speaking
from .mapping import body, documents, facet_names, fingerprint, identity

log = logging.getLogger(__name__)

CHUNK = 500
CONFLICT, NOT_FOUND = 409, 404
KEPT_BESIDE = (
    86_400  # seconds for which the index of an older release stays beside ours: until then one may go back to it
)

Progress = Callable[[str, int, int], None]


@dataclass
class IndexDrift:
    """How far the server's index is from the database's, as ids of documents."""

    name: str  # of the index in use; empty: none
    documents: int = 0
    missing: list[str] = field(default_factory=list)
    stale: dict[str, int] = field(default_factory=dict)  # the database has no such document; with their versions
    outdated: list[str] = field(default_factory=list)  # another version

    @property
    def is_clean(self) -> bool:
        return bool(self.name) and not (self.missing or self.stale or self.outdated)


def base_name() -> str:
    return f"{settings.ELASTICSEARCH_PREFIX}-{fingerprint(facet_names())}"


def read_alias() -> str:
    return f"{base_name()}-read"


def write_alias() -> str:
    return f"{base_name()}-write"


def entrance(name: str) -> str:
    """The alias through which the index ``name`` alone is written to."""
    return f"{name}-in"


def in_use() -> str:
    """The index that readers get, or nothing. Raises EngineUnavailable."""
    return next(iter(_behind(read_alias())), "")


def write(gone: Mapping[str, int], rows: Iterable[int]) -> None:
    """Bring these documents up to date: ``rows`` of the database's index, and those ``gone``, with a version by id.

    Raises EngineUnavailable when anything was refused; it is safe to write all of it again.
    """
    targets = _behind(write_alias())
    if not targets:
        raise EngineUnavailable(f"Elasticsearch has no index {base_name()} yet. Run: python manage.py search_rebuild")
    changes = [*_index_actions(rows), *_delete_actions(gone)]
    for target in targets:
        try:
            _send(target, changes)
        except IndexDroppedError:
            if target in _behind(write_alias()):
                raise


def rebuild(progress: Progress | None = None) -> str:
    """Make the index anew from the database while searches and writes go on; returns its name. Raises EngineUnavailable."""
    client = connection(WRITING)
    name = f"{base_name()}-{time.time_ns() // 1_000_000}"
    made = body(facet_names())
    made["mappings"]["_meta"] = lease.note()
    with lease.cleaning_up():
        try:
            with speaking():
                # From here on whatever is written goes into this one too.
                client.indices.create(index=name, aliases={write_alias(): {}, entrance(name): {}}, **made)
            with lease.held(name):
                _copy(name, progress)
                with speaking():
                    # One file: a question then goes through one, and values need no table of how each numbers them.
                    connection(MERGING).indices.forcemerge(index=name, max_num_segments=1)
                    client.indices.refresh(index=name)
                repair(name)
                before = _take_into_use(client, name)
        except BaseException:
            with suppress(EngineUnavailable):
                if name not in _behind(read_alias()):  # else it is in use, whatever went wrong after that
                    _drop(client, [name])
            raise
    _drop(client, before)
    tidy()
    return name


def drift(name: str = "") -> IndexDrift:
    """Compare an index, the one in use by default, with the database; reads the id of every document."""
    name = name or in_use()
    if not name:
        return IndexDrift("", missing=sorted(_rows()))
    with speaking():
        connection(WRITING).indices.refresh(index=name)
        # The database is read second: what was written between the two reads looks outdated or missing, never the reverse.
        kept = dict(_versions(name))
    rows = _rows()
    return IndexDrift(
        name,
        len(kept),
        missing=sorted(rows.keys() - kept.keys()),
        stale={i: kept[i] for i in sorted(kept.keys() - rows.keys())},
        outdated=sorted(i for i in rows.keys() & kept.keys() if rows[i] > kept[i]),
    )


def repair(name: str = "") -> IndexDrift:
    """Write what ``drift`` finds, and return it."""
    found = drift(name)
    if not found.name:
        return found
    for chunk in _chunks([*found.missing, *found.outdated]):
        keys = [id_.split(":", 1) for id_ in chunk]
        rows = IndexedDocument.objects.filter(type__in={t for t, _ in keys}, key__in=[key for _, key in keys])
        # Newer than whatever the server remembers: what somebody deleted there by hand would be refused otherwise.
        with transaction.atomic():
            wait_for_turn()
            rows.update(version=Greatest(F("version") + 1, Value(now_as_version())))
        _send(found.name, _index_actions(rows.values_list("pk", flat=True)))
    # One above what it has: a document that comes back meanwhile is newer still.
    gone = {id_: version + 1 for id_, version in found.stale.items()}
    _send(found.name, _delete_actions(gone))
    if not found.is_clean:
        # While an index is made, somebody may be between a commit and telling the server.
        log.log(
            logging.INFO if name else logging.WARNING,
            "The index %s had drifted and was mended: %d documents missing, %d outdated, %d too many.",
            *(found.name, len(found.missing), len(found.outdated), len(found.stale)),
        )
    return found


def count() -> int:
    """How many documents readers can find. Raises EngineUnavailable."""
    with speaking():
        client = connection(WRITING)
        client.indices.refresh(index=read_alias())
        return int(client.count(index=read_alias())["count"])


def is_being_made() -> bool:
    """Whether somebody is making an index that is not in use yet."""
    used = _behind(read_alias())
    return any(m.base == base_name() and m.name not in used and m.made_until > time.time() for m in _made())


def tidy() -> list[str]:
    """Drop what nobody reads and nobody is making, whatever its mapping; returns the names. Raises EngineUnavailable.

    What an older release reads stays for a day after ours was made, so that one can go back to it. What a newer one reads stays.
    """
    now, made = time.time(), _made()
    ours = [m.born for m in made if m.base == base_name() and m.is_read]
    newest = max(ours, default=now)  # none: as if it were made just now

    def is_left_over(one: Made) -> bool:
        if one.made_until > now or one.known_otherwise:
            return False
        return not one.is_read or (one.base != base_name() and one.born < newest < now - KEPT_BESIDE)

    names = [one.name for one in made if is_left_over(one)]
    if names:
        log.warning("Indexes that nobody reads any more are dropped: %s.", ", ".join(names))
        _drop(connection(WRITING), names)
    return names


def now_as_version() -> int:
    return time.time_ns() // 1000


# ---- parts ----------------------------------------------------------------------------------------------------------
def _behind(alias: str) -> list[str]:
    with speaking():
        found = connection(WRITING).options(ignore_status=404).indices.get_alias(name=alias)
    return sorted(name for name in found if name not in ("error", "status"))


def _copy(name: str, progress: Progress | None) -> None:
    done, total = 0, IndexedDocument.objects.count()
    for chunk in _chunks(IndexedDocument.objects.order_by("pk").values_list("pk", flat=True).iterator(2000)):
        _send(name, _index_actions(chunk))
        done += len(chunk)
        if progress:
            progress("Elasticsearch", min(done, total), total)


def _take_into_use(client: Elasticsearch, name: str) -> list[str]:
    """Turn the alias of readers over in one step; returns what was in use until then."""
    before = set(_behind(read_alias()))
    with speaking():
        client.indices.update_aliases(
            actions=[
                {"add": {"index": name, "alias": read_alias()}},
                *({"remove": {"index": old, "alias": read_alias()}} for old in before),
            ]
        )
    return sorted(before - {name})


@dataclass(frozen=True)
class Made:
    """An index that some release made."""

    name: str
    base: str  # its name without the moment
    born: float  # seconds since 1970
    made_until: float  # until when somebody says to be making it
    is_read: bool
    known_otherwise: bool  # by an alias that we did not give


def _made() -> list[Made]:
    """Every index that is called as ours are; of another village's, whose prefix may begin like ours, none."""
    ours = re.compile(rf"({re.escape(settings.ELASTICSEARCH_PREFIX)}-[0-9a-f]{{10}})-(\d{{13}})")
    with speaking():
        found = connection(WRITING).indices.get(index=f"{settings.ELASTICSEARCH_PREFIX}-*", expand_wildcards="open")
    made = []
    for name, about in found.items():
        if not (called := ours.fullmatch(name)):
            continue
        base, born, aliases = called[1], int(called[2]) / 1000, set(about["aliases"])
        made_until = lease.until(about["mappings"], born)
        others = aliases - {f"{base}-read", f"{base}-write", entrance(name)}
        made.append(Made(name, base, born, made_until, f"{base}-read" in aliases, bool(others)))
    return made


def _drop(client: Elasticsearch, names: Sequence[str]) -> None:
    for name in names:
        with speaking():
            client.indices.delete(index=name, ignore_unavailable=True)


def _index_actions(rows: Iterable[int]) -> Iterator[dict[str, Any]]:
    for id_, version, content in documents(rows):
        yield {"_op_type": "index", "_id": id_, "_source": content, **_versioned(version)}


def _delete_actions(gone: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for id_, version in gone.items():
        yield {"_op_type": "delete", "_id": id_, **_versioned(version)}


def _versioned(version: int) -> dict[str, Any]:
    return {"version": version, "version_type": "external_gte"}


class IndexDroppedError(EngineUnavailable):
    """Somebody has dropped the index that was written to."""


def _send(name: str, actions: Iterable[dict[str, Any]]) -> None:
    """Write in bulk. An older version than the server has, and a document that is gone already, are as they should be."""
    for chunk in _chunks(actions):
        if all(change["_op_type"] == "delete" for change in chunk):
            # Deletions alone do not heed ``require_alias``: one with a version would make the index anew.
            chunk.insert(0, {"_op_type": "update", "_id": "nothing", "doc": {}})
        changes = (dict(change, _index=entrance(name)) for change in chunk)
        with speaking():
            results = helpers.streaming_bulk(
                connection(WRITING), changes, chunk_size=len(chunk), raise_on_error=False, require_alias=True
            )
            answers = [next(iter(result.values())) for ok, result in results if not ok]
        for answer in answers:
            reason = (answer.get("error") or {}).get("type", "")
            if reason == "index_not_found_exception":
                raise IndexDroppedError(f"Elasticsearch has no index {name} any more.")
            if answer.get("status") not in (CONFLICT, NOT_FOUND):
                raise EngineUnavailable(f"Elasticsearch refused {answer.get('_id')}: {answer.get('error')}")


def _versions(name: str) -> Iterator[tuple[str, int]]:
    query = {"query": {"match_all": {}}, "_source": False, "docvalue_fields": ["version"]}
    for hit in helpers.scan(connection(WRITING), index=name, query=query, size=5000):
        yield hit["_id"], int(hit["fields"]["version"][0])


def _rows() -> dict[str, int]:
    rows = IndexedDocument.objects.values_list("type", "key", "version")
    return {identity(type_, key): version for type_, key, version in rows.iterator(5000)}


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
