from django.urls import path

from .views import booking, calendars

urlpatterns = [
    path("spaces/booking/<str:token>/", booking.booking, name="space_booking"),
    path("spaces/<slug:slug>/calendar.ics", calendars.space_feed, name="space_feed"),
    path("my/spaces/calendar/", calendars.my_calendar, name="my_space_calendar"),
    path("my/spaces/calendar/<str:token>.ics", calendars.my_feed, name="my_space_feed"),
    path("staff/spaces/calendars/", calendars.space_calendars, name="space_calendars"),
]
