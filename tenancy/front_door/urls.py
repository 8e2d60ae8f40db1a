from django.urls import path

from . import views

urlpatterns = [
    path("join/", views.page, {"path": "join/"}, name="join"),
    path("contact/", views.page, {"path": "contact/"}, name="contact"),
    path("contact/send/", views.send, name="enquiry_send"),
    path("contact/thank-you/", views.thanks, name="enquiry_thanks"),
    path("contact/received/<str:token>/", views.received, name="enquiry_received"),
    path("join/updates/", views.updates, name="updates"),
    path("join/updates/sent/", views.updates_sent, name="updates_sent"),
    path("join/updates/confirm/<str:token>/", views.updates_confirm, name="updates_confirm"),
    path("join/updates/manage/<str:token>/", views.updates_manage, name="updates_manage"),
    path("join/updates/unsubscribe/<str:token>/", views.updates_unsubscribe, name="updates_unsubscribe"),
]
