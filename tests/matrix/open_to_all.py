"""Every address that is for everybody, and those that open for whoever holds the link of a letter."""

from datetime import timedelta

from core.recurrence import moved_by
from directory.profile_fields import fingerprint, read
from spaces.moments import as_typed

from .rows import NOBODY, SIGNED_IN, Row
from .village import VISITOR, Village, token


def without_suffix(url: str) -> str:
    return token(url).removesuffix(".ics")


def _booked(v: Village) -> dict[str, object]:
    begins = moved_by(v.noon, 25)
    when = {"start": as_typed(begins), "end": as_typed(begins + timedelta(hours=1))}
    return {**when, "name": "Ada", "email": "ada@example.org", "people": 2, "number": 1, "do": "book"}


PAGES = [
    Row("^((?:[\\w\\-]+/)*)$", args=lambda v: ["directory/kestrel/"]),
    Row("healthz"),
    Row("readyz"),
    Row("robots.txt"),
    Row("sitemap.xml"),
    Row("search/"),
    Row("search/clicked", answer=405),
    Row("search/alerts/sent/"),
    Row("embed/search/"),
    Row("opensearch.xml"),
    Row("opensearch/suggest"),
    Row("join/"),
    Row("contact/"),
    Row("contact/thank-you/"),
    Row("join/updates/sent/"),
    Row("spaces/<slug:slug>/here/", args=lambda v: [v.space.slug], send=lambda v: {"do": "x"}, changes=NOBODY),
    Row("events/calendar.ics"),
    Row("events/series/<slug:slug>.ics", args=lambda v: [v.event_series.slug]),
    Row("events/<slug:slug>/event.ics", args=lambda v: [v.event.slug]),
    Row("events/<slug:slug>/book/sent/", args=lambda v: [v.event.slug]),
    Row(
        "events/certificates/<slug:key>/",
        args=lambda v: [v.certificate.number],  # shows initials alone
        send=lambda v: {"name": "Ada"},
        changes=NOBODY,
    ),
    Row("impact/"),
    Row("impact/figures.csv"),
    Row("impact/<slug:slug>/", args=lambda v: ["income"]),
    Row("documents/(\\d+)/(.*)$", args=lambda v: [v.document.pk, v.document.filename]),
    Row("^media/(?P<path>(?!documents/).*)$", args=lambda v: [v.picture.file.name]),
    # Passwords of pages: none has one.
    Row("documents/authenticate_with_password/<int:restriction_id>/", args=lambda v: [1], answer=404),
    Row(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        args=lambda v: [1, v.company.pk],
        answer=404,
    ),
    Row("_util/login/", answer=302),  # to the one door
    Row("^_util/login/", answer=302),
]

API = [
    Row("^api/", answer=404),
    Row("api/v1/search"),
    Row("api/v1/suggest"),
    Row("api/v1/openapi.json"),
    Row("api/v1/organisations/"),
    Row("api/v1/organisations/<str:slug>/", args=lambda v: [v.company.slug]),
    Row("api/v1/cohorts/"),
    Row("api/v1/cohorts/<str:slug>/", args=lambda v: [v.cohort.slug]),
    Row("api/v1/programmes/"),
    Row("api/v1/programmes/<str:slug>/", args=lambda v: [v.programme.slug]),
    Row("api/v1/open-referral/"),
    Row("api/v1/open-referral/services"),
    Row("api/v1/open-referral/services/<str:id>", args=lambda v: ["none"], answer=404),
    Row("api/v1/open-referral/service_at_locations"),
    Row("api/v1/open-referral/taxonomies"),
    Row("api/v1/open-referral/taxonomies/<str:id>", args=lambda v: ["none"], answer=404),
    Row("api/v1/open-referral/taxonomy_terms"),
    Row("api/v1/open-referral/taxonomy_terms/<str:id>", args=lambda v: ["none"], answer=404),
    Row("api/v1/spaces/"),
    Row("api/v1/spaces/<str:slug>/", args=lambda v: [v.space.slug]),
    Row("api/v1/spaces/<str:slug>/availability/", args=lambda v: [v.space.slug]),
    Row("api/v1/events/"),
    Row("api/v1/events/<str:slug>/", args=lambda v: [v.event.slug]),
    Row("api/v1/impact/"),
    Row("api/v1/stories/"),
    Row("api/v1/stories/<str:slug>/", args=lambda v: [v.story.slug]),
    Row("api/v1/stories/<str:podcast>/<str:slug>/", args=lambda v: [v.podcast.slug, v.episode.slug]),
]

FORMS = [
    Row(
        "search/alerts/new/",
        query=lambda v: {"q": "fund"},
        send=lambda v: {"email": "new@example.org", "frequency": "weekly"},
    ),
    Row(
        "contact/send/",
        send=lambda v: {"kind": "space", "name": "Ada", "email": "ada@example.org", "message": "Two benches."},
    ),
    Row("join/updates/", send=lambda v: {"email": "new@example.org", "topics": "news"}),
    Row(
        "events/<slug:slug>/book/",
        args=lambda v: [v.event.slug],
        send=lambda v: {"name": "Ada", "email": "ada@example.org"},
    ),
    Row("spaces/<slug:slug>/book/", args=lambda v: [v.space.slug], send=_booked),
]

BY_LINK = [
    Row(
        "search/alerts/confirm/<str:token>/",
        args=lambda v: [token(v.alert_links.confirm_url(v.saved_search))],
        send=lambda v: {"do": "confirm"},
    ),
    Row(
        "search/alerts/manage/<str:token>/",
        args=lambda v: [token(v.alert_links.manage_url(v.subscriber))],
        send=lambda v: {"do": "erase"},
    ),
    Row(
        "search/alerts/unsubscribe/<str:token>/",
        args=lambda v: [token(v.alert_links.unsubscribe_url(v.subscriber))],
        send=lambda v: {"do": "end"},
    ),
    Row(
        "spaces/booking/<str:token>/",
        args=lambda v: [token(v.space_links.manage_url(v.space_booking))],
        send=lambda v: {"do": "cancel"},
    ),
    Row("spaces/booking/<str:token>/booking.ics", args=lambda v: [token(v.space_links.manage_url(v.space_booking))]),
    Row(
        "spaces/<slug:slug>/calendar.ics",
        args=lambda v: [v.space.slug],
        query=lambda v: {"token": v.space_links.token(v.space_calendar, v.space_links.FEED)},
    ),
    Row(
        "spaces/<slug:slug>/calendar.ics",
        NOBODY,
        args=lambda v: [v.space.slug],
        refusal=404,
        outside=404,
        what="without its link",
    ),
    Row(
        "my/spaces/calendar/<str:token>.ics",
        args=lambda v: [without_suffix(v.space_links.feed_url(v.personal_space_calendar))],
    ),
    Row("my/calendar/<str:token>.ics", args=lambda v: [without_suffix(v.event_links.feed_url(v.event_calendar))]),
    Row("contact/received/<str:token>/", args=lambda v: [token(v.links.received_path(v.enquiry))]),
    Row(
        "join/updates/confirm/<str:token>/",
        args=lambda v: [token(v.links.updates_url(v.subscription, v.links.CONFIRM))],
        send=lambda v: {"do": "confirm"},
    ),
    Row(
        "join/updates/manage/<str:token>/",
        args=lambda v: [token(v.links.updates_url(v.subscription, v.links.MANAGE))],
        send=lambda v: {"do": "end"},
    ),
    Row(
        "join/updates/unsubscribe/<str:token>/",
        args=lambda v: [token(v.links.updates_url(v.subscription, v.links.UNSUBSCRIBE))],
        send=lambda v: {"List-Unsubscribe": "One-Click"},
    ),
    Row(
        "answer/introduction/<slug:side>/<str:token>/",
        args=lambda v: ["partner", token(v.links.introduction_url(v.introduction, "partner"))],
        send=lambda v: {"answer": "no"},
    ),
    Row(
        "answer/introduction/<slug:side>/<str:token>/",
        args=lambda v: ["tenant", token(v.links.introduction_url(v.asked, "tenant"))],
        send=lambda v: {"answer": "yes"},
        what="of the company",
    ),
    Row(
        "answer/introduction/<slug:side>/<str:token>/",
        NOBODY,
        lambda v: ["partner", token(v.links.introduction_url(v.introduction, "tenant"))],
        refusal=404,
        outside=404,
        send=lambda v: {"answer": "no"},
        what="with the link of the other side",
    ),
    Row(
        "answer/check-back/<str:token>/",
        args=lambda v: [token(v.links.check_back_url(v.check_back))],
        send=lambda v: {"answer": "met"},
    ),
    Row(
        "answer/outcome/<str:token>/",
        args=lambda v: [token(v.links.confirmation_url(v.confirmation))],
        send=lambda v: {"answer": "yes"},
    ),
    Row(
        "events/booking/<str:token>/",
        args=lambda v: [token(v.event_links.manage_url(v.event_booking))],
        send=lambda v: {"do": "cancel"},
    ),
    Row(
        "events/<slug:slug>/join/<str:token>/",
        args=lambda v: [v.event.slug, token(v.event_links.join_url(v.event_booking))],
    ),
    Row(
        "answer/profile/<str:token>/",
        args=lambda v: [token(v.profile_links.question_url(v.question))],
        send=lambda v: {"seen": fingerprint(read(v.company))},
    ),
    Row("events/ticket/<str:key>/", args=lambda v: [token(v.attendance_links.ticket_url(v.attendee))]),
    Row(
        "events/feedback/<str:key>/",
        args=lambda v: [token(v.attendance_links.feedback_url(v.attendee))],
        send=lambda v: {"rating": "4", "again": "yes", "words": ""},
    ),
    Row(
        "events/certificate/<str:key>/certificate.pdf",
        args=lambda v: [v.attendance_links.certificate_url(v.attendee).split("/")[-2]],
    ),
]

# ---- signing in: the package's own addresses, about nobody but whoever asks ------------------------------------------
SIGNING_IN = [
    Row("accounts/login/", frozenset({VISITOR}), refusal=302),
    Row("accounts/signup/", frozenset({VISITOR}), refusal=302),
    Row("accounts/login/code/", frozenset({VISITOR}), refusal=302),
    Row("accounts/logout/", answers={VISITOR: 302}, send=lambda v: {"do": "sign-out"}, changes=NOBODY),
    *(Row(f"accounts/{part}/") for part in ("inactive", "password/reset", "password/reset/done")),
    Row("accounts/password/reset/confirm/", answer=302),
    Row("accounts/password/reset/complete/", answer=302),
    *(Row(f"accounts/{part}/", SIGNED_IN) for part in ("email", "reauthenticate", "password/change")),
    *(Row(f"accounts/{part}/", SIGNED_IN, answer=302) for part in ("confirm-email", "password/set")),
    Row("accounts/login/code/confirm/", SIGNED_IN, answer=302),
    Row("accounts/2fa/", SIGNED_IN),
    Row("accounts/2fa/webauthn/", SIGNED_IN),
    *(
        Row(f"accounts/2fa/{part}/", SIGNED_IN, answer=302)
        for part in ("authenticate", "reauthenticate", "totp/activate", "recovery-codes/generate")
    ),
    *(
        Row(f"accounts/2fa/{part}/", SIGNED_IN, answer=404)
        for part in ("totp/deactivate", "recovery-codes", "recovery-codes/download")
    ),
    *(Row(f"accounts/2fa/webauthn/{part}/", SIGNED_IN, answer=302) for part in ("add", "reauthenticate", "login")),
    *(
        Row(f"accounts/2fa/webauthn/keys/<int:pk>/{part}/", SIGNED_IN, lambda v: [1], answer=302)
        for part in ("remove", "edit")
    ),
]

OPEN_TO_ALL = [*PAGES, *API, *FORMS, *BY_LINK, *SIGNING_IN]
