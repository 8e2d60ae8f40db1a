"""The wall: words from every private field are planted, and looked for wherever somebody who may not read them can look."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from factory.django import DjangoModelFactory

from accounts.models import User
from core.due import tick
from search.indexing import rebuild
from search.models import IndexedDocument
from tenancy.models import AccessLog, Private, StateChange
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.structure.house import modules, named, parsed

MODELS: list[type[models.Model]] = list(apps.get_app_config("tenancy").get_models())
FACTORIES: dict[Any, Any] = {
    one._meta.model: one
    for one in vars(make).values()
    if isinstance(one, type) and issubclass(one, DjangoModelFactory) and one._meta.model in MODELS
}
WRITTEN_BY_US = {AccessLog, StateChange}
NOT_TYPED = {"reference", "digest", "model", "before", "after"}
MARK = re.compile(r"zq[a-z]+")


# ---- the code -------------------------------------------------------------------------------------------------------
def test_whoever_shows_records_goes_through_the_door() -> None:
    """In views and forms, here and above, a private model’s manager is only ever asked for what the viewer may read."""
    private = {model.__name__ for model in MODELS}
    past, through = [], 0
    for path in modules():
        place = named(path)
        if not re.match(r"tenancy/(views|\w*forms|queries|my)|(home|impact|ecosystem)/", place):
            continue
        tree = parsed(path)
        doors = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ("visible_to", "none")
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects" and ast.unparse(node.value) in private:
                through += id(node) in doors
                if id(node) not in doors and place not in INSIDE:
                    past.append(f"{place}:{node.lineno}")
    assert through > 25
    assert past == []


INSIDE = {
    "impact/rules/tenancy.py",  # counts by rule, for nobody; who reads what was counted goes through the door
    "tenancy/queries/enquiries.py",  # compares an enquiry with what is known, for an action whose policy comes first
    "tenancy/queries/requests.py",  # steps of a request that the viewer may read
    "tenancy/queries/stalled.py",  # conditions on what came through the door
}


# ---- the canary -----------------------------------------------------------------------------------------------------
def typed(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    """A marked word for every field of ``model`` that somebody types."""
    for field in model._meta.fields:
        if field.choices or field.is_relation or field.name in NOT_TYPED:
            continue
        mark = re.sub(r"[^a-z]", "", f"zq{model.__name__}{field.name}".lower())
        if isinstance(field, models.EmailField):
            yield field.name, f"{mark}@example.org"
        elif isinstance(field, models.CharField | models.TextField):
            yield field.name, mark[: field.max_length]
        elif isinstance(field, models.JSONField):
            yield field.name, [mark]


def planted_in(text: str) -> set[str]:
    """Those of the marked words that stand in ``text``, whole; tokens against forgery may spell the beginning of one."""
    planted = {mark for model in FACTORIES for _, value in typed(model) for mark in MARK.findall(str(value))}
    return {mark for mark in (*planted, "zqreasonofstep", "zqwordsofexport") if mark in text.lower()}


def test_every_private_model_can_be_planted() -> None:
    assert set(MODELS) - WRITTEN_BY_US == set(FACTORIES)
    assert all(issubclass(model, Private) for model in MODELS)
    assert sum(len(list(typed(model))) for model in FACTORIES) > 40


@pytest.fixture
def organisation(home: object) -> Any:
    """A public profile whose every private record is marked, on an account that is somebody's."""
    page = OrganisationFactory(title="Shown", slug="shown")
    account = make.AccountFactory(organisation=page, **dict(typed(make.Account)))
    request = make.SupportRequestFactory(account=account, **dict(typed(make.SupportRequest)))
    introduction = make.IntroductionFactory(request=request, partner=page, **dict(typed(make.Introduction)))
    contact = make.ContactFactory(account=account, **dict(typed(make.Contact)))
    known = {
        "account": account,
        "request": request,
        "introduction": introduction,
        "contact": contact,
        "partner": page,
        "organisation": page,
        "tenancy": make.TenancyFactory(account=account, **dict(typed(make.Tenancy))),
        "plan": make.PlanFactory(account=account),
        "note": make.NoteFactory(account=account, **dict(typed(make.Note))),
    }
    known["outcome"] = make.OutcomeFactory(account=account, request=request, **dict(typed(make.Outcome)))
    known["collaboration"] = make.CollaborationFactory(introduction=introduction, **dict(typed(make.Collaboration)))
    there = {type(record) for record in known.values()} | {make.SupportRequest}
    for model, factory in FACTORIES.items():
        if model not in there or model is make.Plan:
            related = {field.name: known[field.name] for field in model._meta.fields if field.name in known}
            factory(**{**related, **dict(typed(model))})
    StateChange.objects.create(
        account=account, model="tenancy.Account", object_pk=1, before="a", after="b", reason="zqreasonofstep"
    )
    AccessLog.objects.create(what="export", model="tenancy.Account", words="zqwordsofexport")
    for field in ("title", "summary"):  # the page changes too: its history must not hold theirs
        setattr(page, field, "Shown")
    page.save_revision().publish()
    rebuild()
    tick()
    return page


def surfaces(page: Any) -> Iterator[str]:
    yield from ("/", "/directory/", "/directory/shown/", "/search/?q=zq", "/search/?q=shown", "/events/", "/stories/")
    yield from (
        "/directory/?as=csv",
        "/directory/?as=json",
        "/directory/?as=atom",
        "/search/?as=json",
        "/directory/?q=zq",
    )
    yield from ("/api/v1/search?q=zq", "/api/v1/search?q=shown", "/api/v1/suggest?q=zq", "/api/v1/organisations")
    yield from ("/api/v1/organisations/shown/", "/api/v1/openapi.json", "/sitemap.xml", "/robots.txt", "/readyz")
    yield from ("/embed/search/?q=shown", "/opensearch/suggest?q=zq", "/events/calendar.ics", "/nothing-here/")
    yield from ("/accounts/email/", "/directory/shortlist/?o=shown", "/support/")
    yield from (f"/cms/pages/{page.pk}/{part}/" for part in ("edit", "usage", "history", "delete", "revisions/1/view"))
    yield from ("/cms/", "/cms/pages/search/?q=zq", "/cms/reports/site-history/", "/cms/reports/locked/")
    yield from ("/cms/images/?q=zq", "/cms/documents/?q=zq", "/cms/users/?q=zq", "/cms/snippets/")
    yield from ("/my/", "/my/requests/", "/my/people/", "/my/data/", "/my/data/download/")
    yield from ("/staff/", "/staff/accounts/?q=zq", "/staff/requests/", "/staff/enquiries/")


def everybody(page: Any) -> dict[str, User | None]:
    return {
        "a visitor": None,
        "somebody with an account": UserFactory(),
        "a member of another company": OrganisationMemberFactory().user,
        "a member": OrganisationMemberFactory(organisation=page).user,
        "comms": UserFactory(group="Comms"),
        "an editor": UserFactory(group="Editors"),
        "a site administrator": UserFactory(is_superuser=True, is_staff=True),
    }


@pytest.mark.django_db
def test_nobody_below_an_account_manager_finds_a_word(
    organisation: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    found: dict[str, set[str]] = {}
    answered = 0
    for who, user in everybody(organisation).items():
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        for url in surfaces(organisation):
            if who == "a member" and url.startswith("/my/"):
                continue  # of their own company they read there: see test_my_village
            response = client.get(url)
            assert response.status_code != 500, (who, url)
            answered += response.status_code == 200
            if marked := planted_in(response.content.decode(errors="replace")):
                found[f"{who} at {url}"] = marked
    assert answered > 120
    assert found == {}
    assert planted_in(caplog.text) == set()


@pytest.mark.django_db
def test_the_index_holds_no_word_and_an_account_manager_finds_one(organisation: Any, settings: Any) -> None:
    """The second half: what was planted is really there to be found."""
    indexed = " ".join(f"{one.title} {one.__dict__}" for one in IndexedDocument.objects.all()).lower()
    assert "shown" in indexed
    assert planted_in(indexed) == set()

    settings.STAFF_MFA_REQUIRED = False
    client = Client()
    client.force_login(make.manager())
    page = client.get(f"/staff/accounts/{organisation.account.pk}/").content.decode().lower()
    assert len(planted_in(page)) > 8
