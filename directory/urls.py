from django.urls import path

from .views import answers, api
from .views.open_referral import addresses as open_referral

urlpatterns = [
    path("answer/profile/<str:token>/", answers.answer_profile, name="answer_profile"),
    path("api/v1/organisations/", api.organisations, name="api_organisations"),
    path("api/v1/organisations/<str:slug>/", api.organisation, name="api_organisation"),
    path("api/v1/cohorts/", api.cohorts, name="api_cohorts"),
    path("api/v1/cohorts/<str:slug>/", api.cohort, name="api_cohort"),
    path("api/v1/programmes/", api.programmes, name="api_programmes"),
    path("api/v1/programmes/<str:slug>/", api.programme, name="api_programme"),
    path("api/v1/open-referral/", open_referral.about, name="open_referral"),
    path("api/v1/open-referral/services", open_referral.services, name="open_referral_services"),
    path("api/v1/open-referral/services/<str:id>", open_referral.service, name="open_referral_service"),
    path("api/v1/open-referral/service_at_locations", open_referral.service_at_locations, name="open_referral_places"),
    path("api/v1/open-referral/taxonomies", open_referral.taxonomies, name="open_referral_taxonomies"),
    path("api/v1/open-referral/taxonomies/<str:id>", open_referral.taxonomy, name="open_referral_taxonomy"),
    path("api/v1/open-referral/taxonomy_terms", open_referral.taxonomy_terms, name="open_referral_terms"),
    path("api/v1/open-referral/taxonomy_terms/<str:id>", open_referral.taxonomy_term, name="open_referral_term"),
]
