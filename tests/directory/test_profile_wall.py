"""What is proposed, claimed or asked about a profile is private: marked words are looked for wherever others can look."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from directory import actions
from directory.choices import MemberRole
from directory.models import Claim, OrganisationPage, ProfileQuestion
from search.indexing import rebuild
from search.models import IndexedDocument
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory

pytestmark = pytest.mark.django_db
LIST = "/cms/directory/from-organisations/"
SURFACES = (
    *(
        "/",
        "/directory/",
        "/directory/thoresby/",
        "/search/?q=thoresby",
        "/directory/?q=thoresby",
        "/directory/?as=json",
    ),
    *("/api/v1/organisations/thoresby/", "/api/v1/search?q=thoresby", "/api/v1/suggest?q=thor", "/sitemap.xml"),
    *("/my/", "/my/profile/", "/my/profile/thoresby/", "/my/claim/thoresby/", "/my/people/", "/my/data/", "/staff/"),
    *("/cms/", LIST, "/cms/pages/{pk}/usage/", "/cms/pages/{pk}/history/", "/cms/pages/{pk}/edit/"),
    *("/cms/reports/site-history/", "/cms/pages/search/?q=thoresby"),
)


def test_what_is_proposed_claimed_or_asked_is_found_by_nobody_else(client: Client, settings: Any, home: object) -> None:
    settings.STAFF_MFA_REQUIRED = False
    company: OrganisationPage = OrganisationFactory(title="Thoresby", slug="thoresby")
    admin = OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN).user
    claim = {"name": "zqname", "words": "zqwords"}
    Claim.objects.create(organisation=company, user=UserFactory(), **claim)
    ProfileQuestion.objects.create(organisation=company, email="zqasked@example.org")
    change = actions.propose(organisation=company, values={"summary": "zqafter"}, words="zqwhy", by=admin)
    rebuild()
    everybody: dict[str, User | None] = {
        "a visitor": None,
        "somebody with an account": UserFactory(),
        "an admin of another organisation": OrganisationMemberFactory(role=MemberRole.ADMIN).user,
        **{
            group: UserFactory(group=group) for group in ("Editors", "Community team", "Account managers", "Leadership")
        },
    }
    found, answered = {}, 0
    for who, user in everybody.items():
        client.logout()
        if user is not None:
            client.force_login(user)
        for surface in (*SURFACES, f"{LIST}changes/{change.pk}/"):
            response = client.get(surface.format(pk=company.pk))
            answered += response.status_code == 200
            if marks := set(re.findall(r"zq(?:after|why|name|words|asked)", response.content.decode())):
                found[f"{who} at {surface}"] = marks
    assert found == {}
    assert answered > 60
    assert "zqafter" not in str([one.__dict__ for one in IndexedDocument.objects.all()])

    client.force_login(admin)
    assert "zqafter" in client.get("/my/profile/thoresby/").content.decode()  # it is there to be found
