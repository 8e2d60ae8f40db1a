from django.urls import path

from .views import asking, booking, series

urlpatterns = [
    path("spaces/<slug:slug>/book/", asking.book, name="space_book"),
    path("spaces/booking/<str:token>/", booking.booking, name="space_booking"),
    path("my/spaces/", booking.my_bookings, name="my_space_bookings"),
    path("my/spaces/series/<int:key>/", series.my_series, name="my_space_series"),
    path("my/spaces/<slug:reference>/", booking.my_booking, name="my_space_booking"),
]
