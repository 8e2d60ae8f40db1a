"""Events, valid and minimal: a talk in a week, for an hour, in a room of the village."""

from datetime import datetime, timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.documents.models import Document
from wagtail.models import Page

from core.relative_dates import LONDON
from events.choices import EventKind
from events.models import (
    Audience,
    EventHost,
    EventIndexPage,
    EventPage,
    EventSession,
    EventSpeaker,
    JoiningLink,
    Speaker,
)

from .directory import SingletonPageFactory, TermFactory
from .pages import PageFactory


def london(*moment: int) -> datetime:
    """A moment on London's wall."""
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type,misc]


def in_a_week() -> datetime:
    """A week from now, early enough that what takes an hour or two ends on the same day, whenever the tests run."""
    moment = timezone.localtime(timezone.now().replace(microsecond=0) + timedelta(days=7), LONDON)
    return moment.replace(hour=min(moment.hour, 20))


class AudienceFactory(TermFactory):
    class Meta:
        model = Audience

    name = factory.Sequence(lambda n: f"Audience {n}")


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker

    name = factory.Sequence(lambda n: f"Speaker {n:03}")
    role = "Research nurse"
    consented_on = factory.LazyFunction(timezone.localdate)


class EventIndexPageFactory(SingletonPageFactory):
    class Meta:
        model = EventIndexPage

    title = "Events"
    slug = "events"


class EventFactory(PageFactory):
    """Lists (sessions, hosts, speakers, audiences ...) are taken as lists of what they hold; ``ends_at`` follows the start."""

    class Meta:
        model = EventPage

    title = factory.Sequence(lambda n: f"Event {n}")
    kind = EventKind.TALK
    summary = "Somebody tells what they learnt."
    starts_at = factory.LazyFunction(in_a_week)
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=1))
    space = "Aire"

    @classmethod
    def default_parent(cls) -> Page:
        return EventIndexPageFactory()


class EventSessionFactory(DjangoModelFactory):
    """In a list of ``EventFactory``: ``build(...)``. ``speakers`` is set before the first save."""

    class Meta:
        model = EventSession

    title = factory.Sequence(lambda n: f"Session {n}")
    starts_at = factory.LazyFunction(in_a_week)
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(minutes=30))

    @classmethod
    def _build(cls, model_class: type[EventSession], *args: Any, **kwargs: Any) -> EventSession:
        speakers = kwargs.pop("speakers", [])
        session = model_class(*args, **kwargs)
        session.speakers = list(speakers)
        return session


class EventHostFactory(DjangoModelFactory):
    class Meta:
        model = EventHost


class EventSpeakerFactory(DjangoModelFactory):
    class Meta:
        model = EventSpeaker


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    title = factory.Sequence(lambda n: f"Document {n}")
    file = factory.LazyFunction(lambda: ContentFile(b"Slides", name="slides.txt"))


class JoiningLinkFactory(DjangoModelFactory):
    class Meta:
        model = JoiningLink

    address = "https://meet.example/room"
