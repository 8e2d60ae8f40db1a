"""What is held about people who asked to be told of something new."""

from django.db.models import Q

from core.subject_access import Person, erasure, give, give_not

from . import query_log
from .alerts.models import Subscriber

give("search.Subscriber", lambda person: Q(email__in=person.addresses))
give("search.SavedSearch", lambda person: Q(subscriber__email__in=person.addresses))
give_not("Words that were searched for: nothing says who asked.", "search.DailyQuery")


@erasure()
def forget_subscriber(person: Person) -> None:
    Subscriber.objects.filter(email__in=person.addresses).delete()


@erasure()
def forget_searches_for_them(person: Person) -> None:
    """Somebody may have searched for their name."""
    for name in person.names:
        query_log.forget_words_with(name)
