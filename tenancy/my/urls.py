from django.urls import path

from .views import claims, company, data, home, introductions, notifications, people, profile, profile_logo, requests

urlpatterns = [
    path("", home.my_village, name="my_village"),
    path("requests/", requests.listing, name="my_requests"),
    path("requests/new/", requests.new, name="my_new_request"),
    path("requests/<int:pk>/", requests.request_, name="my_request"),
    path("introductions/<slug:side>/<int:pk>/", introductions.introduction, name="my_introduction"),
    path("notifications/", notifications.notifications, name="my_notifications"),
    path("data/", data.data, name="my_data"),
    path("data/download/", data.download, name="my_data_download"),
    path("data/delete/", data.delete, name="my_data_delete"),
    path("people/", people.first, name="my_people"),
    path("people/<slug:slug>/", people.people, name="my_company_people"),
    path("company/", company.first, name="my_companies"),
    path("company/<slug:slug>/", company.company, name="my_company"),
    path("company/<slug:slug>/contacts/", company.contacts, name="my_company_contacts"),
    path("company/<slug:slug>/contacts/<int:pk>/", company.contact, name="my_company_contact"),
    path("claim/<slug:slug>/", claims.claim, name="my_claim"),
    path("profile/", profile.first, name="my_profiles"),
    path("profile/<slug:slug>/", profile.profile, name="my_profile"),
    path("profile/<slug:slug>/logo/", profile_logo.logo, name="my_profile_logo"),
    path("proposed-logo/<int:pk>/", profile_logo.proposed_logo, name="my_proposed_logo"),
    path("profile/<slug:slug>/edit/", profile.edit, name="my_profile_edit"),
    path("invitation/<str:token>/", people.invitation, name="my_invitation"),
]
