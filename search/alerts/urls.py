from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.new, name="alert_new"),
    path("sent/", views.sent, name="alert_sent"),
    path("confirm/<str:token>/", views.confirm, name="alert_confirm"),
    path("manage/<str:token>/", views.manage, name="alert_manage"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="alert_unsubscribe"),
]
