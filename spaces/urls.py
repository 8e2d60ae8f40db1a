from django.urls import path

from .views import api

urlpatterns = [
    path("api/v1/spaces/", api.spaces, name="api_spaces"),
    path("api/v1/spaces/<str:slug>/", api.space, name="api_space"),
]
