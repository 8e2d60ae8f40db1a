from django.urls import path

from .views import api, asking, availability_api, booking, calendars, checking_in, series

urlpatterns = [
    path("spaces/<slug:slug>/book/", asking.book, name="space_book"),
    path("spaces/<slug:slug>/here/", checking_in.here, name="space_here"),
    path("spaces/<slug:slug>/here/sheet/", checking_in.sheet, name="space_here_sheet"),
    path("spaces/<slug:slug>/calendar.ics", calendars.space_feed, name="space_feed"),
    path("spaces/booking/<str:token>/", booking.booking, name="space_booking"),
    path("spaces/booking/<str:token>/booking.ics", booking.calendar_file, name="space_booking_calendar"),
    path("my/spaces/", booking.my_bookings, name="my_space_bookings"),
    path("my/spaces/calendar/", calendars.my_calendar, name="my_space_calendar"),
    path("my/spaces/calendar/<str:token>.ics", calendars.my_feed, name="my_space_feed"),
    path("my/spaces/series/<int:key>/", series.my_series, name="my_space_series"),
    path("my/spaces/<slug:reference>/", booking.my_booking, name="my_space_booking"),
    path("staff/spaces/calendars/", calendars.space_calendars, name="space_calendars"),
    path("api/v1/spaces/", api.spaces, name="api_spaces"),
    path("api/v1/spaces/<str:slug>/", api.space, name="api_space"),
    path("api/v1/spaces/<str:slug>/availability/", availability_api.availability, name="api_space_availability"),
]
