"""Addresses in the CMS, each behind a permission of its own."""

from django.urls import URLPattern, path

from .views import booking, coming, needs, overview, past, rules

OF_EVENT, OF_BOOKING = "events/<int:event>/bookings", "events/bookings/<int:booking>"


def addresses() -> list[URLPattern]:
    return [
        path(f"{OF_EVENT}/", overview.Overview.as_view(), name="events_bookings"),
        path(f"{OF_EVENT}/rules/", rules.Rules.as_view(), name="events_booking_rules"),
        path(f"{OF_EVENT}/add/", booking.Add.as_view(), name="events_booking_add"),
        path(f"{OF_EVENT}/attendees.csv", overview.ExportAttendees.as_view(), name="events_booking_attendees"),
        path(f"{OF_EVENT}/needs.csv", overview.ExportNeeds.as_view(), name="events_booking_needs_file"),
        path(f"{OF_EVENT}/needs/", needs.Needs.as_view(), name="events_booking_needs"),
        path(f"{OF_BOOKING}/", booking.BookingScreen.as_view(), name="events_booking"),
        path(f"{OF_BOOKING}/change/", booking.Change.as_view(), name="events_booking_change"),
        path(f"{OF_BOOKING}/move/", booking.Move.as_view(), name="events_booking_move"),
        path(f"{OF_BOOKING}/hand-on/", booking.Transfer.as_view(), name="events_booking_transfer"),
        path(f"{OF_BOOKING}/approve/", booking.Approve.as_view(), name="events_booking_approve"),
        path(f"{OF_BOOKING}/refuse/", booking.Refuse.as_view(), name="events_booking_refuse"),
        path(f"{OF_BOOKING}/accept/", booking.Accept.as_view(), name="events_booking_accept"),
        path(f"{OF_BOOKING}/cancel/", booking.Cancel.as_view(), name="events_booking_cancel"),
        path(f"{OF_BOOKING}/erase/", booking.Erase.as_view(), name="events_booking_erase"),
        path("events/bookings/", coming.EventsToCome.as_view(), name="events_to_come"),
        path("events/needs/", needs.Needs.as_view(), name="events_needs"),
        path("events/needs/<int:need>/", needs.Prepared.as_view(), name="events_need_prepared"),
        path("reports/past-events/", past.PeopleOfPastEvents.as_view(), name="events_people_of_past_events"),
    ]
