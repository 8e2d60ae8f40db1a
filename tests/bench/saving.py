"""What it costs to publish a change of one organisation, and to have it found: on a large village as on a small one."""

import time

from .parts import Answer, part

SAVES = 40
WARM_UP = 5


def measure(arguments: list[str]) -> Answer:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from directory.models import OrganisationPage
    from search.models import IndexedDocument

    # The invented tenants, who are the same in every village and whom nothing else here is measured by.
    tenants = OrganisationPage.objects.filter(role="tenant", demonstration=True).order_by("pk")
    pks = list(tenants.values_list("pk", flat=True)[:16])
    keys = [pks[n % len(pks)] for n in range(WARM_UP + SAVES)]
    publishing, indexing = [], []
    for number, pk in enumerate(keys):
        saved, indexed = _save(pk, f"Saved for the {number}th time")
        if number >= WARM_UP:
            publishing.append(saved)
            indexing.append(indexed)
    with CaptureQueriesContext(connection) as captured:
        _save(pks[0], "Counted once")
    return {
        "organisations": IndexedDocument.objects.filter(type="organisation").count(),
        "publishing": publishing,
        "indexing": indexing,
        "statements": len(captured.captured_queries),
    }


def _save(pk: int, words: str) -> tuple[float, float]:
    """As the CMS publishes it, then as the worker of background tasks looks at it again."""
    from directory.models import OrganisationPage
    from search.indexing import refresh
    from search.models import IndexedDocument

    organisation = OrganisationPage.objects.get(pk=pk)
    organisation.summary = words
    began = time.perf_counter()
    organisation.save_revision().publish()
    between = time.perf_counter()
    refresh({"organisation": [str(pk)]})
    done = time.perf_counter()
    if IndexedDocument.objects.get(type="organisation", key=str(pk)).summary != words:
        raise SystemExit("What was saved was not indexed.")
    return between - began, done - between


if __name__ == "__main__":
    part(measure)
