from django.urls import path

from .views import api

urlpatterns = [
    path("api/v1/organisations/", api.organisations, name="api_organisations"),
    path("api/v1/organisations/<str:slug>/", api.organisation, name="api_organisation"),
    path("api/v1/cohorts/", api.cohorts, name="api_cohorts"),
    path("api/v1/cohorts/<str:slug>/", api.cohort, name="api_cohort"),
    path("api/v1/programmes/", api.programmes, name="api_programmes"),
    path("api/v1/programmes/<str:slug>/", api.programme, name="api_programme"),
]
