from django.urls import path

from .attendance.views import attendance, door, papers, public
from .bookings.views import asking, booking, joining, mine
from .bookings.views import feeds as personal
from .views import api, feeds

urlpatterns = [
    path("events/calendar.ics", feeds.all_events, name="events_calendar"),
    path("events/series/<slug:slug>.ics", feeds.one_series, name="events_series_calendar"),
    path("events/<slug:slug>/event.ics", feeds.one_event, name="events_event_calendar"),
    path("events/<slug:slug>/book/", asking.book, name="event_book"),
    path("events/<slug:slug>/book/sent/", asking.sent, name="event_book_sent"),
    path("events/booking/<str:token>/", booking.booking, name="booking"),
    path("my/bookings/", mine.my_bookings, name="my_bookings"),
    path("events/<slug:slug>/join/", joining.join, name="event_join"),
    path("events/<slug:slug>/join/<str:token>/", joining.join, name="event_join_by_link"),
    path("my/calendar/", personal.my_calendar, name="my_calendar"),
    path("my/calendar/<str:token>.ics", personal.feed, name="my_calendar_feed"),
    path("events/<slug:slug>/door/", door.door, name="event_door"),
    path("events/<slug:slug>/door/records/", door.records, name="event_door_records"),
    path("events/<slug:slug>/door/worker.js", door.worker, name="event_door_worker"),
    path("events/<slug:slug>/door/walk-in/", door.walk_in, name="event_door_walk_in"),
    path("events/<slug:slug>/door/attendance/", attendance.attendance, name="event_attendance"),
    path("events/<slug:slug>/door/people/<slug:person>/", attendance.one_person, name="event_attendance_person"),
    path("events/<slug:slug>/door/feedback/", attendance.feedback_results, name="event_feedback_results"),
    path("events/<slug:slug>/door/badges.pdf", papers.badges, name="event_badges"),
    path("events/<slug:slug>/door/sign-in.pdf", papers.sign_in_sheet, name="event_sign_in_sheet"),
    path("events/<slug:slug>/door/certificates/<slug:number>.pdf", papers.certificate_of, name="event_certificate_of"),
    path("events/ticket/<str:key>/", public.ticket, name="event_ticket"),
    path("events/feedback/<str:key>/", public.feedback, name="event_feedback"),
    path("events/certificates/<slug:key>/", public.certificate, name="event_certificate"),
    path("events/certificate/<str:key>/certificate.pdf", public.certificate_download, name="event_certificate_file"),
    path("api/v1/events/", api.events, name="api_events"),
    path("api/v1/events/<str:slug>/", api.event, name="api_event"),
]
