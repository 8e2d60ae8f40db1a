"""``/my/tenant/``: for those who administer an organisation."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.tenant, name="tenant"),
    path("<slug:slug>/", views.bookings, name="tenant_bookings"),
    path("<slug:slug>/allowance/", views.allowance, name="tenant_allowance"),
    path("<slug:slug>/members/", views.members, name="tenant_members"),
]
