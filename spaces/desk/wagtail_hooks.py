"""Where the CMS leads to the desk, and what it says of it on its first page. Imported by ``spaces.wagtail_hooks``."""

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core import dashboard
from core.templatetags.village import clock_time, short_date
from spaces.choices import BookingStatus
from spaces.models import Booking
from spaces.policies import may_manage


class _ForTheTeam(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_manage(request.user)


@hooks.register("register_admin_menu_item")
def desk_in_menu() -> MenuItem:
    return _ForTheTeam(
        "Spaces desk", reverse_lazy("spaces_day"), name="spaces-desk", icon_name="calendar-check", order=172
    )


def asking(request: HttpRequest) -> dashboard.Listing:
    """What waits for an answer, that which lapses first at the top; no names."""
    if not may_manage(request.user):
        return dashboard.Listing((), 0)
    waiting = Booking.objects.filter(status=BookingStatus.PENDING, expires_at__gt=timezone.now())
    items = tuple(
        dashboard.Item(
            one.space.title,
            f"{reverse('spaces_approvals')}#b{one.pk}",
            f"{short_date(one.starts_at)}; held until {short_date(one.expires_at)}, {clock_time(one.expires_at)}",
        )
        for one in waiting.select_related("space").order_by("expires_at", "pk")[: dashboard.SHOWN]
    )
    return dashboard.Listing(items, waiting.count(), reverse("spaces_approvals"))


dashboard.register(
    "spaces-to-decide",
    heading="Spaces that somebody asks for",
    order=207,
    listing=asking,
    help_text="They are held until you say yes or no, or the time is over.",
)
