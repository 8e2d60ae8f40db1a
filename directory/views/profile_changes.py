"""In the CMS: what organisations propose for their profiles, who says that they belong to one, what nobody has confirmed."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import F, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User
from core import dashboard
from core.templatetags.village import short_date
from directory import actions, profile_fields
from directory.actions.profile_changes import sight_of
from directory.choices import CHECK_IS_GOOD_FOR, ChangeState, ClaimState, MemberRole
from directory.models import Claim, OrganisationPage, ProfileChange
from directory.models.member import ClaimQuerySet, publishable_by
from directory.models.profile_change import ProfileChangeQuerySet

TITLE = "From organisations"
LATELY = 12
MOST_UNCONFIRMED = 100


def may_open(user: Any) -> bool:
    """Whoever may publish at least one profile."""
    return bool(user.is_active and OrganisationPage.objects.filter(pk__in=publishable_by(user)).exists())


class _Desk(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_open(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def viewer(self) -> User:
        return cast(User, self.request.user)  # the CMS lets nobody else in

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, *self.steps]

    @property
    def steps(self) -> list[dict[str, str]]:
        """From the list to here."""
        here = {"url": "", "label": self.get_page_title()}
        return [here] if isinstance(self, Waiting) else [{"url": reverse("directory_changes"), "label": TITLE}, here]


class Waiting(_Desk):
    """Everything that organisations wait for, and the profiles that wait for them."""

    template_name = "directory/cms/changes/list.html"
    page_title = TITLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        changes = _changes(self.viewer)
        claims = _claims(self.viewer)
        found = unconfirmed(self.viewer)
        context = {
            "changes": changes.waiting(),
            "claims": claims.waiting(),
            "decided": changes.exclude(state=ChangeState.WAITING).order_by("-decided_at")[:LATELY],
            "answered": claims.exclude(state=ClaimState.WAITING).order_by("-decided_at")[:LATELY],
            "unconfirmed": found[:MOST_UNCONFIRMED],
            "number_unconfirmed": found.count(),
        }
        return super().get_context_data(**context, **kwargs)


def _changes(viewer: User) -> ProfileChangeQuerySet:
    return (
        ProfileChange.objects.visible_to(viewer)
        .filter(organisation__in=publishable_by(viewer))
        .select_related("organisation", "by", "decided_by")
    )


def _claims(viewer: User) -> ClaimQuerySet:
    return (
        Claim.objects.visible_to(viewer)
        .filter(organisation__in=publishable_by(viewer))
        .select_related("organisation", "user", "decided_by")
    )


def unconfirmed(viewer: User) -> QuerySet[OrganisationPage]:
    """Public profiles that nobody confirmed for over a year, the oldest first, with the day on which we last asked."""
    long_ago = timezone.localdate() - CHECK_IS_GOOD_FOR
    found = OrganisationPage.objects.filter(pk__in=publishable_by(viewer), live=True)
    found = found.exclude(checked_on__gte=long_ago).annotate(asked_at=Max("profile_questions__asked_at"))
    return found.order_by(F("checked_on").asc(nulls_first=True), "title")


class DecideChange(_Desk):
    """One proposal against what is live; some of it approved, or all, or sent back."""

    template_name = "directory/cms/changes/change.html"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if may_open(request.user):
            self.change = get_object_or_404(_changes(cast(User, request.user)), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.change.organisation.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change, page = self.change, self.change.organisation
        live = profile_fields.read(page)
        draft = profile_fields.read(page.get_latest_revision_as_object()) if page.has_unpublished_changes else None
        is_waiting = change.state == ChangeState.WAITING
        rows = (
            profile_fields.compared(change.before, change.after, live=live, draft=draft)
            if is_waiting
            else (profile_fields.compared(change.before, change.after))
        )
        chosen = self.request.POST.getlist("field") if self.request.method == "POST" else None
        context = {
            "change": change,
            "is_waiting": is_waiting,
            "rows": [(row, row.name in chosen if chosen is not None else row.now is None) for row in rows],
            "typed": self.request.POST.get("words", ""),
            "seen": sight_of(change, live),
            "list_url": reverse("directory_changes"),
            "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "history_url": reverse("wagtailadmin_pages:history", args=[page.pk]),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        words, name = request.POST.get("words", ""), self.change.organisation.title
        try:
            if request.POST.get("do") == "approve":
                fields, seen = request.POST.getlist("field"), request.POST.get("seen", "")
                actions.approve(change=self.change, fields=fields, seen=seen, words=words, by=self.viewer)
                messages.success(request, f"The profile of {name} is changed and live. They get a letter.")
            else:
                actions.send_back(change=self.change, words=words, by=self.viewer)
                messages.success(request, f"The change is back with {name}. They get a letter with your words.")
            return redirect("directory_changes")
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
        self.change = _changes(self.viewer).get(pk=pk)
        return self.render_to_response(self.get_context_data(), status=409)


class DecideClaim(_Desk):
    template_name = "directory/cms/changes/claim.html"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if may_open(request.user):
            self.claim = get_object_or_404(_claims(cast(User, request.user)), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.claim.organisation.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.claim.organisation
        members = page.members.select_related("user")
        context = {
            "claim": self.claim,
            "is_waiting": self.claim.state == ClaimState.WAITING,
            "is_member": any(one.user_id == self.claim.user_id for one in members),
            "admins": [one.user for one in members if one.role == MemberRole.ADMIN],
            "roles": MemberRole.choices,
            "role": self.request.POST.get("role", ""),
            "typed": self.request.POST.get("words", ""),
            "list_url": reverse("directory_changes"),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        words, name = request.POST.get("words", ""), self.claim.organisation.title
        try:
            if request.POST.get("do") == "accept":
                role = request.POST.get("role", "")
                actions.accept_claim(claim=self.claim, role=role, words=words, by=self.viewer)
                messages.success(request, f"{self.claim.name} belongs to {name} now, and gets a letter.")
            else:
                actions.refuse_claim(claim=self.claim, words=words, by=self.viewer)
                messages.success(request, f"{self.claim.name} gets a letter with your words.")
            return redirect("directory_changes")
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
        found = _claims(self.viewer).filter(pk=pk).first()
        if found is None:
            return redirect("directory_changes")
        self.claim = found
        return self.render_to_response(self.get_context_data(), status=409)


def waiting(request: HttpRequest) -> dashboard.Listing:
    """Proposals and claims that wait for the reader of the dashboard, the oldest first."""
    viewer = cast(User, request.user)
    changes, claims = _changes(viewer).waiting(), _claims(viewer).waiting()
    rows = [
        (
            one.sent_at,
            dashboard.Item(
                one.organisation.title,
                reverse("directory_change", args=[one.pk]),
                _since(one, "A change of its profile"),
            ),
        )
        for one in changes
    ] + [
        (
            one.sent_at,
            dashboard.Item(
                one.organisation.title,
                reverse("directory_claim", args=[one.pk]),
                _since(one, "Somebody says that they belong to it"),
            ),
        )
        for one in claims
    ]
    rows.sort(key=lambda row: row[0])
    items = tuple(item for _, item in rows[: dashboard.SHOWN])
    return dashboard.Listing(items, len(rows), reverse("directory_changes"))


def _since(one: ProfileChange | Claim, what: str) -> str:
    return f"{what}, sent {short_date(timezone.localtime(one.sent_at))}"
