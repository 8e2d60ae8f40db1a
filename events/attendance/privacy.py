"""People who came to events. Registered by ``events.privacy``, which is where the register looks."""

from core.privacy import Basis, Erasure, PersonalData, register

NINETY_DAYS = "90 days after the event"
A_REPORT = "two weeks after the end of the quarter; what is left are numbers"


def _by_staff(model: str, field: str, what: str, until: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=(field,),
        purpose=f"Shows colleagues who {what}.",
        basis=Basis.PUBLIC_TASK,
        retention=until,
        erasure=Erasure.NAMELESS,
    )


register(
    PersonalData(
        model="events.WalkIn",
        fields=("name", "email", "organisation_name"),
        purpose="Says who came to an event without a booking: for the list, the badge and the certificate.",
        basis=Basis.PUBLIC_TASK,
        retention=NINETY_DAYS,
        erasure=Erasure.BY_EDITOR,
    ),
    _by_staff("events.WalkIn", "added_by", "let somebody in", "as long as the record"),
    PersonalData(
        model="events.DoorRecord",
        fields=("attendee", "walk_in", "at", "device"),
        purpose="Says what was tapped at the door, on which phone and when, so that what several phones send adds up.",
        basis=Basis.PUBLIC_TASK,
        retention=NINETY_DAYS,
        erasure=Erasure.BY_EDITOR,
    ),
    _by_staff("events.DoorRecord", "by", "checked somebody in, or put their times right", NINETY_DAYS),
    PersonalData(
        model="events.Presence",
        fields=("attendee", "walk_in", "came_at", "left_at"),
        purpose="Says how long somebody was at an event: for their certificate, and to count hours.",
        basis=Basis.PUBLIC_TASK,
        retention="as long as the booking; without a name when that has none any more",
        erasure=Erasure.BY_EDITOR,
    ),
    PersonalData(
        model="events.Presence",
        fields=("person_key", "organisation_key"),
        purpose="Counts each person and organisation once in a quarter, by a hash that says nothing of them.",
        basis=Basis.PUBLIC_TASK,
        retention=A_REPORT,
        erasure=Erasure.BY_EDITOR,
    ),
    PersonalData(
        model="events.Certificate",
        fields=("attendee", "walk_in", "name", "minutes"),
        purpose="States how long somebody took part, so that they can prove it to an employer or a college.",
        basis=Basis.PUBLIC_TASK,
        retention="six years after it was issued: a round of revalidation, and the year in which it is looked at",
        erasure=Erasure.BY_EDITOR,
    ),
    _by_staff("events.Certificate", "revoked_by", "revoked a certificate", "as long as the certificate"),
    PersonalData(
        model="events.FeedbackSurvey",
        fields=("answers",),
        purpose="Tells us how an event was. Kept without name, order or time; only what was written may say more.",
        basis=Basis.PUBLIC_TASK,
        retention="words: one year after the survey; numbers: as long as the event",
        erasure=Erasure.BY_EDITOR,
    ),
    PersonalData(
        model="events.SpentToken",
        fields=("digest",),
        purpose="Lets each person answer a survey once; leads to no answer.",
        basis=Basis.PUBLIC_TASK,
        retention="until the survey closes, two weeks after the event",
        erasure=Erasure.BY_EDITOR,
    ),
)
