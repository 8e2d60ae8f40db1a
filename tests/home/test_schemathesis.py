"""Schemathesis asks the whole API for everything that its description allows, and for much that it does not.

Deterministic: its table of cases at the edges of each parameter, then a few that Hypothesis draws from a fixed seed.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils.functional import cached_property
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup

from core.api import operations
from directory.models import CohortOffer
from directory.queries.open_referral import Entity, identity, terms_of
from search.indexing import rebuild
from search.openapi import document
from tests.factories.directory import (
    CohortFactory,
    CohortMembershipFactory,
    CohortOutcomeFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationIdentifierFactory,
    OrganisationNameFactory,
    OrganisationPersonFactory,
    OrganisationRelationFactory,
    PlaceFactory,
    ProgrammeFactory,
    SectorFactory,
    SeekFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.events import AudienceFactory, EventFactory
from tests.factories.home import EpisodeFactory, PodcastFactory, StoryFactory
from tests.factories.spaces import SpaceFactory

pytestmark = pytest.mark.django_db

DRAWN = settings(
    max_examples=8, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
BOTH = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class FromManyAddresses:
    """The application as it is, asked by somebody else each time: nobody asks too often."""

    def __init__(self) -> None:
        self.application: Application = get_wsgi_application()
        self.asked = 0

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        self.asked += 1
        address = f"198.51.{self.asked // 256}.{self.asked % 256}"
        return self.application({**environ, "REMOTE_ADDR": address}, start)


class Api:
    def __init__(self, application: Application) -> None:
        self.application = application

    @cached_property
    def schema(self) -> BaseSchema:
        return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", self.application)

    def operation(self, path: str) -> APIOperation:
        return self.schema[path]["GET"]  # type: ignore[no-any-return]

    def edges(self, path: str) -> Iterator[Case]:
        """Least, most and beyond of every parameter, what is missing, of another type or said twice; other methods."""
        modes = {"generation_modes": BOTH, "generation_config": self.schema.config.generation}
        yield from self.schema.iter_coverage_cases(self.operation(path), **modes)


@pytest.fixture
def village(home: object) -> dict[str, list[dict[str, str]]]:
    """A little of everything that the demonstration has; what to put into the addresses of details, with what is there."""
    stages = [StageFactory(number=number) for number in range(1, 8)]
    needs = [NeedFactory(name=f"Need {number}", slug=f"need-{number}", stages=stages[:2]) for number in range(3)]
    theme, sector, place = ThemeFactory(name="Digital"), SectorFactory(name="Pathology"), PlaceFactory(name="Nexus")
    trust = OrganisationFactory(title="Leeds “Trust” <Hospitals> & Sons", slug="trust")
    partner = OrganisationFactory(
        title="Pathology Imaging",
        slug="pathology",
        abbreviation="NPIC",
        parent_organisation=trust,
        website="https://pathology.example/",
        description="<p>Slides become <b>pictures</b>.</p>",
        founded=2019,
        stage=stages[0],
        names=[OrganisationNameFactory.build(name="Slides Ltd")],
        identifiers=[OrganisationIdentifierFactory.build(value="09506232")],
        people=[OrganisationPersonFactory.build(name="Ada Example")],
        sectors=[sector],
        themes=[theme],
        places=[place],
        offers=[OfferFactory.build(need=need, stages=stages[:3], words="We scan.") for need in needs],
        seeks=[SeekFactory.build(need=needs[0], stages=stages[3:])],
        relations=[OrganisationRelationFactory.build(to=trust)],
    )
    for number in range(25):  # more than a page
        OrganisationFactory(title=f"Company {number}", role="company", checked_on=None, demonstration=True)
    programme = ProgrammeFactory(title="Incubator", slug="incubator", run_by=trust, organisation=partner, needs=needs)
    cohort = CohortFactory(
        title="Cohort one",
        slug="cohort-1",
        programme=programme,
        stages=stages,
        theme=theme,
        places=8,
        cost="Nothing.",
        offers=[CohortOffer(need=needs[0], words="A desk.")],
    )
    CohortMembershipFactory(cohort=cohort, organisation=partner)
    CohortOutcomeFactory(cohort=cohort, organisation=partner, value=3)
    StoryFactory(title="A story", slug="story", organisations=[partner], figure="£50 million", theme=theme)
    EpisodeFactory(
        title="An episode",
        slug="episode",
        parent=PodcastFactory(title="A series", slug="series"),
        transcript="<p>Hm.</p>",
    )
    EventFactory(title="An event", slug="event", audiences=[AudienceFactory()])
    SpaceFactory(title="A space", slug="space")
    rebuild()
    offer = partner.offers.first()
    services = ((Entity.OFFER, offer), (Entity.PROGRAMME, programme), (Entity.COHORT, cohort))
    term = terms_of()[0]
    return {
        "/api/v1/organisations/{slug}/": [{"slug": "pathology"}, {"slug": "trust"}],
        "/api/v1/programmes/{slug}/": [{"slug": "incubator"}],
        "/api/v1/cohorts/{slug}/": [{"slug": "cohort-1"}],
        "/api/v1/stories/{slug}/": [{"slug": "story"}],
        "/api/v1/events/{slug}/": [{"slug": "event"}],
        "/api/v1/spaces/{slug}/": [{"slug": "space"}],
        "/api/v1/spaces/{slug}/availability/": [{"slug": "space"}],
        "/api/v1/stories/{podcast}/{slug}/": [{"podcast": "series", "slug": "episode"}],
        "/api/v1/open-referral/services/{id}": [{"id": str(identity(of, record.pk))} for of, record in services],
        "/api/v1/open-referral/taxonomies/{id}": [{"id": str(term.taxonomy.id)}],
        "/api/v1/open-referral/taxonomy_terms/{id}": [{"id": str(term.id)}],
    }


@pytest.fixture
def api(village: object) -> Iterator[Api]:
    """As with Django's own test client, the end of a request does not close the connection that the test is in."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield Api(FromManyAddresses())
    for signal in signals:
        signal.connect(close_old_connections)


# ---- as it is -------------------------------------------------------------------------------------------------------
def test_every_answer_is_one_that_is_described(api: Api, village: dict[str, list[dict[str, str]]]) -> None:
    """No server error, no status, kind of content, header or body that the description does not know; what it allows is
    answered, and what it does not allow is refused."""
    statuses: dict[str, set[int]] = {}

    def hold(case: Case) -> None:
        response = case.call_and_validate()
        statuses.setdefault(case.operation.path, set()).add(response.status_code)

    for path in operations:
        operation = api.operation(path)
        for case in api.edges(path):
            hold(case)
        for mode in BOTH if operation.query else BOTH[:1]:  # a slug may be anything: there is none that is not allowed
            DRAWN(given(case=operation.as_strategy(generation_mode=mode))(hold))()
        for filled in village.get(path, []):
            hold(operation.Case(path_parameters=filled))

    # Parameters of one that is there are looked at; drawn ones ask for spaces that are not.
    availability = api.operation("/api/v1/spaces/{slug}/availability/")
    hold(availability.Case(path_parameters={"slug": "space"}, query={"number": "many"}))

    assert set(statuses) == set(document()["paths"])
    assert {path for path in statuses if "{" in path} == set(village)
    # It was not all the same: each was answered, refused where it can be, and asked for changes.
    for path, item in document()["paths"].items():
        possible = {int(status) for status in item["get"]["responses"]} - {304, 429}
        assert possible | {405} <= statuses[path], path


# ---- broken ---------------------------------------------------------------------------------------------------------
class Broken(FromManyAddresses):
    """The application, whose answers are changed on their way out."""

    def __init__(self, change: Callable[[Any], tuple[str, str, Any]]) -> None:
        super().__init__()
        self.change = change

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith("openapi.json"):
            return super().__call__(environ, start)
        kept: list[Any] = []
        body = b"".join(super().__call__(environ, lambda *answer: kept.extend(answer)))
        status, headers = kept[:2]
        if status.startswith("200"):
            status, kind, data = self.change(json.loads(body))
            body = json.dumps(data).encode()
            named = {"content-type": kind, "content-length": str(len(body))}
            headers = [(name, named.get(name.lower(), value)) for name, value in headers]
        start(status, headers)
        return [body]


JSON, OK = "application/json", "200 OK"
FAULTS: dict[str, Callable[[Any], tuple[str, str, Any]]] = {
    "a field is missing": lambda data: (OK, JSON, {name: data[name] for name in data if name != "count"}),
    "a field has another type": lambda data: (OK, JSON, data | {"count": str(data["count"])}),
    "a field that nobody described": lambda data: (OK, JSON, data | {"secret": 1}),
    "a fault in one of the results": lambda data: (OK, JSON, data | {"results": [{"id": 17}]}),
    "an unknown engine": lambda data: (OK, JSON, data | {"engine": "guesswork"}),
    "a status that nobody described": lambda data: ("418 I'm a teapot", JSON, data),
    "a server error": lambda data: ("500 Oh dear", JSON, data),
    "another kind of content": lambda data: (OK, "text/html", data),
}


def test_an_answer_that_breaks_its_description_is_noticed(api: Api) -> None:
    def asked(application: Application) -> Case:
        return Api(application).operation("/api/v1/organisations/").Case()

    assert asked(api.application).call_and_validate().status_code == 200
    for name, change in FAULTS.items():
        try:
            asked(Broken(change)).call_and_validate()
        except (Failure, FailureGroup):
            continue
        pytest.fail(f"not noticed: {name}")
