"""Loads the demonstration village: everything a visitor sees on the day after ``make run``.

What exists is left as it is, so that editors' changes stay and a second run changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from directory.importing.demonstration import load_all as load_directory
from home.management.demonstration.bookings import load_members
from home.management.demonstration.event_rooms import load_event_rooms
from home.management.demonstration.events import load_events
from home.management.demonstration.files import read
from home.management.demonstration.impact import load_impact
from home.management.demonstration.pages import load_home, load_pages
from home.management.demonstration.pictures import load_pictures
from home.management.demonstration.searches import load_searches
from home.management.demonstration.site import load_site
from home.management.demonstration.space_bookings import load_space_bookings
from home.management.demonstration.spaces import load_credentials, load_spaces, load_terms
from home.management.demonstration.stories import load_podcast, load_stories
from search.drift import is_filled
from search.engines import EngineUnavailable
from search.indexing import rebuild
from search.receivers import paused


class Command(BaseCommand):
    help = "Load the demonstration village. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "These settings are not those of a demonstration, and invented content must not mix with real content. "
                "Run it with DJANGO_SETTINGS_MODULE=ecosystem.settings.dev and a database of its own."
            )
        self.is_quiet = options["verbosity"] == 0
        words, stories, podcast = read("pages.yaml"), read("stories.yaml")["stories"], read("podcast.yaml")
        events = read("events.yaml")
        pictures = read("pictures/pictures.yaml")["pictures"]
        today = timezone.localdate()

        is_new = load_site(words)
        # On a first run the index is built once, at the end; later each change finds its own way there.
        with paused() if is_new else nullcontext():
            load_directory(self._say)
            with self._progress("Pictures", len(pictures)) as done:
                shown = load_pictures(pictures, done)
            self._say(f"Spaces: {load_spaces(shown)}")
            with self._progress("Stories", len(stories)) as done:
                load_stories(stories, shown, today, done)
            with self._progress("Podcast", len(podcast["episodes"])) as done:
                load_podcast(podcast, shown, today, done)
            with self._progress("Events", len(events["events"])) as done:
                load_events(events, shown, today, done)
            with self._progress("Pages", len(words["pages"])) as done:
                load_pages(words["pages"], shown, done)
            load_home(words["home"])
            load_members()
            load_terms()
            load_credentials(today)
            self._say(f"Events that hold their rooms: {load_event_rooms(events)}")
            self._say(f"Bookings of spaces: {load_space_bookings(today)}")
        load_searches(read("searches.yaml"), today)
        load_impact(read("impact.yaml"), today)
        if is_new or not is_filled():
            self._rebuild()
        self._say("The demonstration village is loaded.")

    def _say(self, words: str) -> None:
        if not self.is_quiet:
            self.stdout.write(words)

    @contextmanager
    def _progress(self, words: str, total: int) -> Iterator[Callable[[], None]]:
        with tqdm(total=total, desc=words, leave=False, disable=True if self.is_quiet else None) as bar:
            yield lambda: bar.update() and None
        self._say(f"{words}: {total}")

    def _rebuild(self) -> None:
        with tqdm(desc="Search", leave=False, disable=True if self.is_quiet else None) as bar:

            def show(type_: str, done: int, total: int) -> None:
                bar.set_postfix_str(f"{type_} {done} of {total}")
                bar.update()

            try:
                totals = rebuild(progress=show)
            except EngineUnavailable as error:
                self.stderr.write(f"The database searches until the server can be told: {error}")
                return
        self._say(f"Search: {sum(totals.values())} documents")
