from django.urls import path

from .views import home, introductions, people, requests

urlpatterns = [
    path("", home.my_village, name="my_village"),
    path("requests/", requests.listing, name="my_requests"),
    path("requests/new/", requests.new, name="my_new_request"),
    path("requests/<int:pk>/", requests.request_, name="my_request"),
    path("introductions/<slug:side>/<int:pk>/", introductions.introduction, name="my_introduction"),
    path("people/", people.first, name="my_people"),
    path("people/<slug:slug>/", people.people, name="my_company_people"),
    path("invitation/<str:token>/", people.invitation, name="my_invitation"),
]
