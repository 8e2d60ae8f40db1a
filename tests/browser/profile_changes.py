"""What a company sees of its own profile: as it is, to be changed, compared; and who says that they belong to one."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from .addresses import Address, Steps
from .front_door import CAREFUL, LEAD, PERSON
from .my_village import _company

Path = Callable[[], str]


def _profile(part: str = "") -> Path:
    """With a change that waits, of which something was changed meanwhile."""

    def path() -> str:
        from accounts.models import User
        from directory import actions
        from directory.models import OrganisationPage, ProfileChange

        page = _company()[0]
        if not ProfileChange.objects.open().filter(organisation=page).exists():
            values = {"summary": "What it does, in other words.", "founded": 1999, "themes": []}
            actions.propose(organisation=page, values=values, by=User.objects.get(email=PERSON))
            OrganisationPage.objects.filter(pk=page.pk).update(founded=2001)
        return f"/my/profile/{page.slug}/{part}"

    return path


def _of_somebody_elses() -> Any:
    from directory.models import OrganisationPage

    return OrganisationPage.objects.live().public().exclude(pk=_company()[0].pk).order_by("-path")[0]


def _profiles() -> str:
    from accounts.models import User
    from directory.models import OrganisationMember

    user = User.objects.get(email=LEAD)
    for page in (_company()[0], _of_somebody_elses()):
        OrganisationMember.objects.get_or_create(organisation=page, user=user)
    return "/my/profile/"


def _claim() -> str:
    return f"/my/claim/{_of_somebody_elses().slug}/"


def _claimed() -> str:
    from accounts.models import User
    from directory.models import Claim, OrganisationPage

    page = OrganisationPage.objects.live().public().order_by("path")[3]
    user = User.objects.get(email=CAREFUL)
    Claim.objects.get_or_create(organisation=page, user=user, defaults={"name": "Cara Full", "words": "I lead it."})
    return f"/my/claim/{page.slug}/"


def _question(days: int = 60, *, is_kept: bool = True) -> Path:
    def path() -> str:
        from datetime import timedelta
        from uuid import uuid4

        from django.utils import timezone

        from directory.links import question_url
        from directory.models import ProfileQuestion

        made, _ = ProfileQuestion.objects.update_or_create(
            organisation=_company()[0],
            email=f"asked-{days}@example.org",
            defaults={"expires_at": timezone.now() + timedelta(days=days)},
        )
        if not is_kept:
            made.nonce = uuid4()
        return "/answer/" + question_url(made).partition("/answer/")[2]

    return path


def _compare(**typed: str) -> Steps:
    """Type into the form of the profile, and ask what would change."""

    def steps(tab: Tab) -> Response | None:
        for name, words in typed.items():
            tab.locator(f"[name={name}]").fill(words)
        with tab.expect_navigation() as answered:
            tab.get_by_role("button", name="See what would change").click()
        return answered.value

    return steps


def _mine(name: str, path: str | Path, who: str = PERSON, **more: Any) -> Address:
    return Address(f"my-{name}", path, keeps_cookie=True, who=who, **more)


PROFILE_CHANGES = [
    _mine("profile", _profile()),
    _mine("profile-edit", _profile("edit/")),
    _mine("profile-check", _profile("edit/"), then=_compare(summary="In words that nobody has read before.")),
    _mine("profile-refused", _profile("edit/"), then=_compare(title="", website="nowhere")),
    _mine("profiles", _profiles, LEAD),
    _mine("claim", _claim, CAREFUL),
    _mine("claim-waiting", _claimed, CAREFUL),
    Address("profile-question", _question()),
    Address("profile-question-over", _question(-1)),
    Address("profile-question-gone", _question(30, is_kept=False)),
]
