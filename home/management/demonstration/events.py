"""Events from ``events.yaml``, with their series; dates count from the day of loading, so that most are still to come."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from core.models import VillageImage
from core.recurrence import moved_by
from core.relative_dates import resolve_moment
from directory.models import CohortPage, Need, OrganisationPage, Place, Theme
from events.actions import announce, keep_joining_link, repeat
from events.actions.series import planned
from events.choices import EventStatus, Frequency, PlaceKind
from events.models import (
    Audience,
    EventHost,
    EventIndexPage,
    EventPage,
    EventSession,
    EventSpeaker,
    Speaker,
)

from .bookings import load_booking, load_people_who_come
from .files import BySlug, bullet_list, paragraphs, read, rich_text
from .publishing import has_child, publish

VILLAGE = "old-medical-school"
PLACES = {
    "in-person": PlaceKind.SPACE,
    "online": PlaceKind.ONLINE,
    "hybrid": PlaceKind.HYBRID,
    "elsewhere": PlaceKind.ELSEWHERE,
}


def load_events(tree: dict[str, Any], pictures: dict[str, VillageImage], today: date, done: Callable[[], None]) -> int:
    """Add the events that are missing, each with the other dates of its series; returns how many were added."""
    index = EventIndexPage.objects.get()
    for place, audience in enumerate(tree["audiences"]):
        Audience.objects.get_or_create(slug=audience["slug"], defaults={"name": audience["name"], "sort_order": place})
    load = _Load(tree, pictures, today)
    added = 0
    for entry in tree["events"]:
        if not has_child(index, entry["slug"]):
            page = load.page(entry)
            publish(page, under=index)
            if page.is_online:
                keep_joining_link(event=page, address=f"https://meet.village.example/{page.slug}")
            load_booking(page, entry)
            if "series" in entry:
                load.repeat(page, entry["series"])
            dates = EventPage.objects.filter(occurrence__series__occurrences__event=page).exclude(pk=page.pk)
            for one in [page, *dates]:
                load_people_who_come(one, entry)
            added += 1
        done()
    return added


class _Load:
    def __init__(self, tree: dict[str, Any], pictures: dict[str, VillageImage], today: date) -> None:
        self.pictures, self.today, self.spaces = pictures, today, tree["spaces"]
        self.audience, self.theme, self.need = BySlug(Audience), BySlug(Theme), BySlug(Need)
        self.organisation, self.cohort = BySlug(OrganisationPage), BySlug(CohortPage)
        self.building = Place.objects.filter(slug=VILLAGE).first()
        self.people = {**_tenants_people(), **_mentors(), **{one["slug"]: one for one in tree["speakers"]}}
        self.speakers: dict[str, Speaker] = {}

    def page(self, entry: dict[str, Any]) -> EventPage:
        where = f"The event {entry['slug']}"
        starts_at, ends_at = self._times(entry)
        mode = PLACES[entry["mode"]]
        page = EventPage(
            title=entry["title"],
            slug=entry["slug"],
            kind=entry["kind"],
            summary=entry["summary"],
            search_description=entry["summary"],
            description=rich_text(paragraphs(entry["description"])),
            demonstration=entry.get("demonstration", False),
            starts_at=starts_at,
            ends_at=ends_at,
            place_kind=mode,
            space=self.spaces[entry["space"]] if entry.get("space") else "",
            building=self.building if entry.get("space") else None,
            address=entry.get("part_of", ""),
            access=entry.get("access", "") if entry["status"] != "cancelled" else "",
            places=entry.get("places", {}).get("total"),
            price=entry.get("price", ""),
            cover=self.pictures[entry["picture"]],
            cohort=self.cohort(entry["cohort"], where) if "cohort" in entry else None,
            **self._afterwards(entry),
        )
        if entry["status"] == "cancelled":
            page.status, page.notice = EventStatus.CANCELLED, entry["cancelled"]["words"]
        page.audiences.set([self.audience(slug, where) for slug in entry["audience"]])
        page.themes.set([self.theme(slug, where) for slug in entry["themes"]])
        page.needs.set([self.need(slug, where) for slug in entry.get("needs", [])])
        hosts = [EventHost(organisation=self.organisation(slug, where)) for slug in entry["hosts"]]
        speakers = [EventSpeaker(person=self._speaker(slug, where)) for slug in entry.get("speakers", [])]
        sessions = [self._session(session, entry, starts_at) for session in entry.get("sessions", [])]
        lists: dict[str, list[Any]] = {"hosts": hosts, "speakers": speakers, "sessions": sessions}
        for name, rows in lists.items():
            for place, row in enumerate(rows):
                row.sort_order = place
            getattr(page, name).set(rows)
        return page

    def repeat(self, page: EventPage, spec: dict[str, Any]) -> None:
        """The other dates, without those that fall out, and what is different on one of them."""
        page = EventPage.objects.get(pk=page.pk)
        every, times = spec["every_weeks"], spec["times"]
        first = page.first_day
        days = [first + timedelta(weeks=every * number) for number in range(times)]
        skip = [days[number - 1] for number in spec.get("except", [])]
        series = repeat(event=page, frequency=Frequency.WEEKLY, every=every, times=times, skip=skip)
        kept, _ = planned(series, skip)
        for change in spec.get("changed", []):
            if (day := days[change["number"] - 1]) in kept:
                one = series.occurrences.get(on=day).event
                one.space = self.spaces[change["space"]]
                one.save_revision().publish()
                announce(event=one, status=EventStatus.SCHEDULED, notice=change["words"])

    # ---- parts ------------------------------------------------------------------------------------------------------
    def _times(self, entry: dict[str, Any]) -> tuple[datetime, datetime]:
        when = entry["when"]
        if "date" in when:
            return tuple(resolve_moment(f"{when['date']}T{when[at]}", self.today) for at in ("start", "end"))  # type: ignore[return-value]
        starts_at = resolve_moment(when, self.today)
        weeks = max((session.get("week", 0) for session in entry.get("sessions", [])), default=0)
        return starts_at, moved_by(starts_at, 7 * weeks) + timedelta(minutes=when["minutes"])

    def _session(self, session: dict[str, Any], entry: dict[str, Any], starts_at: datetime) -> EventSession:
        where = f"The session {session['slug']} of {entry['slug']}"
        day = moved_by(starts_at, 7 * session.get("week", 0)).date()
        begins = resolve_moment(f"{day:%Y-%m-%d}T{session['at']}", self.today)
        tracks = {track["slug"]: track["name"] for track in entry.get("tracks", [])}
        room = session.get("room")
        found = EventSession(
            title=session["title"],
            starts_at=begins,
            ends_at=begins + timedelta(minutes=session["minutes"]),
            room=self.spaces[room] if room else "",
            track=tracks.get(session.get("track", ""), ""),
            words=session["words"],
            places=session.get("places"),
            cpd_minutes=session.get("cpd_minutes"),
        )
        found.speakers.set([self._speaker(slug, where) for slug in session.get("speakers", [])])
        return found

    def _speaker(self, slug: str, where: str) -> Speaker:
        if slug not in self.speakers:
            entry = self.people[slug]
            organisation = self.organisation(entry["of"], where) if "of" in entry else None
            self.speakers[slug], _ = Speaker.objects.get_or_create(
                name=entry["name"],
                role=entry["role"],
                defaults={"organisation": organisation, "consented_on": self.today},
            )
        return self.speakers[slug]

    @staticmethod
    def _afterwards(entry: dict[str, Any]) -> dict[str, Any]:
        recording = entry.get("recording") or {}
        found: dict[str, Any] = {"recording_minutes": recording.get("minutes")}
        found["chapters"] = [("chapter", chapter) for chapter in recording.get("chapters", [])]
        if "after" in entry:
            found["outcome"] = bullet_list(entry["after"])
        return found


def _tenants_people() -> dict[str, dict[str, Any]]:
    return {
        one["slug"]: {**one, "of": tenant["slug"]}
        for tenant in read("tenants.yaml")
        for one in tenant.get("people", [])
    }


def _mentors() -> dict[str, dict[str, Any]]:
    return {one["slug"]: one for one in read("cohorts.yaml")["mentors"]}
