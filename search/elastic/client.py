"""The connection, and the one place that imports the client library: moving to its next major version is a change here."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError, helpers
from elasticsearch.dsl import (
    Date,
    Double,
    Integer,
    Keyword,
    Long,
    Mapping,
    Object,
    Q,
    Search,
    Text,
    analyzer,
    token_filter,
)
from elasticsearch.dsl.query import Query as Clause

from search.engines import EngineUnavailable

READING = 1.5  # seconds a reader waits before the database answers instead
WRITING = 30.0
MERGING = 600.0  # a million documents into one file
DEFAULT_PORTS = {"http": 9200, "https": 443}


def is_configured() -> bool:
    return bool(settings.ELASTICSEARCH_URL)


def connection(timeout: float = READING) -> Elasticsearch:
    """The client of this process. Never asks twice: whoever waits is a reader, and the database can answer."""
    return _connection(settings.ELASTICSEARCH_URL, timeout)


@lru_cache(maxsize=8)
def _connection(urls: str, timeout: float) -> Elasticsearch:
    return Elasticsearch(
        [_with_port(url.strip()) for url in urls.split(",") if url.strip()],
        request_timeout=timeout,
        max_retries=0,
        retry_on_timeout=False,
        dead_node_backoff_factor=0,  # when to ask again is decided by our own breaker
        connections_per_node=20,
    )


def _with_port(url: str) -> str:
    """The client wants a port in every address."""
    parts = urlsplit(url)
    if parts.port or parts.scheme not in DEFAULT_PORTS:
        return url
    return parts._replace(netloc=f"{parts.netloc}:{DEFAULT_PORTS[parts.scheme]}").geturl()


@contextmanager
def speaking() -> Iterator[None]:
    """Whatever goes wrong while speaking to the server is ``EngineUnavailable``, without the words that were searched for."""
    try:
        yield
    except ApiError as error:
        raise EngineUnavailable(f"Elasticsearch answered {error.status_code} {error.message}") from error
    except TransportError as error:
        raise EngineUnavailable(f"Elasticsearch does not answer: {error.message}") from error
    except (helpers.ScanError, helpers.BulkIndexError) as error:  # of neither family
        raise EngineUnavailable("Elasticsearch answered for a part only.") from error


__all__ = [
    "MERGING",
    "READING",
    "WRITING",
    "Clause",
    "Date",
    "Double",
    "Elasticsearch",
    "Integer",
    "Keyword",
    "Long",
    "Mapping",
    "Object",
    "Q",
    "Search",
    "Text",
    "analyzer",
    "connection",
    "helpers",
    "is_configured",
    "speaking",
    "token_filter",
]
