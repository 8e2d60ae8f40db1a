from django.urls import path

from .views import api, asking, booking, checking_in, series

urlpatterns = [
    path("spaces/<slug:slug>/book/", asking.book, name="space_book"),
    path("spaces/<slug:slug>/here/", checking_in.here, name="space_here"),
    path("spaces/<slug:slug>/here/sheet/", checking_in.sheet, name="space_here_sheet"),
    path("spaces/booking/<str:token>/", booking.booking, name="space_booking"),
    path("my/spaces/", booking.my_bookings, name="my_space_bookings"),
    path("my/spaces/series/<int:key>/", series.my_series, name="my_space_series"),
    path("my/spaces/<slug:reference>/", booking.my_booking, name="my_space_booking"),
    path("api/v1/spaces/", api.spaces, name="api_spaces"),
    path("api/v1/spaces/<str:slug>/", api.space, name="api_space"),
]
