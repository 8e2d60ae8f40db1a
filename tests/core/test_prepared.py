"""A statement that is written once gives what its queryset gives, whatever the keys, in every thread and transaction."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.prepared import Prepared, PreparedRecords, keep_related
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking, BookingRules, Pool
from events.models import Speaker
from tests.factories.bookings import book, bookable
from tests.factories.events import SpeakerFactory

pytestmark = pytest.mark.usefixtures("home")


def _of(event: int, email: str) -> object:
    return Booking.objects.filter(event=event, email=email)


def test_records_are_those_of_the_queryset_with_all_that_they_hold() -> None:
    event = bookable({"capacity": 3, "groups": ["tenants"], "releases_at": timezone.now()}, {"capacity": 4})
    bookable(5)
    prepared = PreparedRecords(lambda event: Pool.objects.filter(event=event))

    found, expected = prepared.all(event.pk), list(Pool.objects.filter(event=event.pk))

    assert [vars(pool) | {"_state": None} for pool in found] == [vars(pool) | {"_state": None} for pool in expected]
    assert len(found) == 2


def test_what_is_selected_along_is_there_without_another_statement() -> None:
    event = bookable()
    prepared = PreparedRecords(lambda event: BookingRules.objects.select_related("event").filter(event=event))
    prepared.first(event.pk)

    with CaptureQueriesContext(connection) as asked:
        rules = prepared.first(event.pk)
        assert rules is not None and (rules.event.title, rules.event.starts_at) == (event.title, event.starts_at)

    assert len(asked) == 1


def test_what_is_kept_with_a_record_is_there_as_if_it_had_been_prefetched() -> None:
    event = bookable({"capacity": 3}, {"capacity": 4})
    pools = list(Pool.objects.filter(event=event))

    keep_related(event, "pools", pools[:1])

    with CaptureQueriesContext(connection) as asked:
        assert list(event.pools.all()) == pools[:1]
    assert len(asked) == 0


def test_the_second_key_is_not_answered_with_the_records_of_the_first() -> None:
    one, other = bookable(1), bookable(2)
    prepared = PreparedRecords(lambda event: Pool.objects.filter(event=event))

    assert [pool.capacity for key in (one.pk, other.pk, one.pk) for pool in prepared.all(key)] == [1, 2, 1]


def test_a_record_can_be_saved() -> None:
    event = bookable()
    rules = PreparedRecords(lambda event: BookingRules.objects.filter(event=event)).first(event.pk)
    assert rules is not None
    rules.approval = True

    rules.save()

    assert BookingRules.objects.get().approval


def test_keys_may_be_words_moments_and_the_keys_of_forms() -> None:
    event, key = bookable(), uuid4()
    booking = book(event, "o’neill@example.org", key=key)
    ends = timezone.now() + timedelta(hours=1)
    Booking.objects.update(offer_ends_at=ends, status=BookingStatus.OFFERED)

    by_word = PreparedRecords(lambda event, email: Booking.objects.filter(event=event, email=email), int, str)
    by_moment = PreparedRecords(lambda now: Booking.objects.filter(offer_ends_at__lte=now), type(ends))
    by_form = PreparedRecords(lambda key: Booking.objects.filter(key=key), type(key))

    assert by_word.all(event.pk, "o’neill@example.org") == [booking]
    assert by_word.all(event.pk, "' OR 1=1 --") == by_word.all(event.pk + 1, "o’neill@example.org") == []
    assert by_moment.all(ends) == [booking] and by_moment.all(ends - timedelta(seconds=1)) == []
    assert by_form.first(key) == booking and by_form.first(uuid4()) is None


def test_keys_may_be_days() -> None:
    today = timezone.localdate()
    speaker = SpeakerFactory(consented_on=today)
    by_day = PreparedRecords(lambda day: Speaker.objects.filter(consented_on=day), type(today))

    assert by_day.all(today) == [speaker] and by_day.all(today - timedelta(days=1)) == []


def test_nothing_is_equal_to_no_key() -> None:
    bookable()

    assert Prepared(lambda event: Pool.objects.filter(event=event).values_list("pk")).rows(None) == []


def test_a_statement_that_forgets_a_key_is_not_written() -> None:
    forgetful = PreparedRecords(lambda event, _email: Pool.objects.filter(event=event), int, str)

    with pytest.raises(TypeError, match="must filter by each key"):
        forgetful.all(1, "ada@example.org")


def test_too_few_keys_are_refused() -> None:
    with pytest.raises(TypeError, match="takes 2 keys"):
        PreparedRecords(_of, int, str).all(1)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_locked_is_not_read_outside_of_a_transaction(home: object) -> None:
    event = bookable()
    prepared = PreparedRecords(lambda event: BookingRules.objects.select_for_update().filter(event=event))
    with transaction.atomic():
        assert prepared.first(event.pk) == event.booking_rules

    with pytest.raises(transaction.TransactionManagementError, match="outside of a transaction"):
        prepared.first(event.pk)
