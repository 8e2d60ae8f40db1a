"""Search over 5,000 accounts with what was said to each."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from math import ceil
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy.models import Account, Contact, Interaction, Note
from tenancy.queries.accounts import Wanted, listed, with_columns
from tests.factories import tenancy as make
from tests.speed import processor_time, slower

ACCOUNTS = 5000
SPOKEN = 6  # interactions an account
WORDS = [
    "bench",
    "reader",
    "laboratory",
    "pathway",
    "device",
    "trial",
    "ethics",
    "contract",
    "renewal",
    "scanner",
    "ward",
    "evidence",
    "budget",
]
ASKED = (
    *("firm 4711", "scanner", "scanner budget", "nobody", "person 17", "ethics trial contract", "firm", "ward 3"),
    *("person-4000@example.org", "renewal of the lease", "zzz", "firm 23", "person 4999", "leeds", "head of trials"),
    *("budget 12", "call about a scanner", "firm 1 budget", "pathway device", "laboratory 12"),
)
BAR = 0.1  # seconds, of the 95th in a hundred
BAR_OF_A_SERVER = 0.5  # by the clock: what it must not do takes it six seconds or more


@pytest.fixture
def viewer(db: None) -> User:
    user: User = make.manager()
    now = timezone.now()
    accounts = Account.objects.bulk_create(
        Account(name=f"Firm {number} of Leeds", state="active", manager=user, last_contact_at=now)
        for number in range(ACCOUNTS)
    )
    Contact.objects.bulk_create(
        Contact(
            account=account, name=f"Person {n} Name", email=f"person-{n}@example.org", role="Head of trials", source="?"
        )
        for n, account in enumerate(accounts)
    )
    Interaction.objects.bulk_create(
        Interaction(account=account, kind="call", at=now - timedelta(days=turn), words=_sentence(place * 7 + turn))
        for place, account in enumerate(accounts)
        for turn in range(SPOKEN)
    )
    Note.objects.bulk_create(Note(account=account, words=_sentence(n)) for n, account in enumerate(accounts))
    return user


def _sentence(seed: int) -> str:
    """About two hundred letters, as people write."""
    return " ".join(WORDS[(seed * step + step) % len(WORDS)] for step in range(1, 28))


@pytest.fixture
def search(viewer: User) -> Callable[[str], None]:
    """As the list of accounts does it."""

    def of(words: str) -> None:
        found = listed(viewer, Wanted(words=words))
        found.count()
        list(with_columns(found[:50], viewer))

    return of


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="a server works in a process of its own; the next test has its bar"
)
def test_a_search_of_5000_accounts_takes_less_than_a_tenth_of_a_second(
    viewer: User, search: Callable[[str], None], sign_in: Callable[[User], Client]
) -> None:
    """In the list, and on the page that finds. Of the processor: SQLite works in this process, and how busy the machine is
    says nothing of us.
    """
    client = sign_in(viewer)

    def find(words: str) -> None:
        assert client.get("/staff/find/", {"q": words}).status_code == 200

    for work in (search, find):
        # The best of three of each: what else the machine does at the moment is no search of ours.
        times = sorted(min(processor_time(partial(work, asked)) for _ in range(3)) for asked in ASKED)
        median, slowest = times[len(times) // 2], times[-1]
        assert times[ceil(len(times) * 0.95) - 1] < BAR, (
            f"{work.__name__}: median {median:.3f} s, slowest {slowest:.3f} s"
        )


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a planner that goes by statistics is PostgreSQL's")
def test_a_server_that_knows_its_5000_accounts_does_not_compile_the_search_of_them(
    search: Callable[[str], None],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    for asked in ("firm 4711", "nobody", "scanner"):
        times = []
        for _ in range(3):
            bar, began = BAR_OF_A_SERVER * slower(), perf_counter()
            search(asked)
            times.append((perf_counter() - began) / bar)
        assert min(times) < 1, f"{asked}: {min(times) * BAR_OF_A_SERVER:.3f} s"


def test_it_finds_what_it_should(viewer: User) -> None:
    first = listed(viewer, Wanted(words="firm 4711"))[:1].get()
    assert first.name == "Firm 4711 of Leeds"
    assert listed(viewer, Wanted(words="person-4000@example.org")).get().name == "Firm 4000 of Leeds"
    assert not listed(viewer, Wanted(words="zzz")).exists()
