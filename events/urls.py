from django.urls import path

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
    path("api/v1/events/", api.events, name="api_events"),
    path("api/v1/events/<str:slug>/", api.event, name="api_event"),
]
