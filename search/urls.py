from django.urls import include, path

from . import clicks, embed, opensearch, views

urlpatterns = [
    path("search/clicked", clicks.clicked, name="search_clicked"),
    path("search/", views.search_page, name="search"),
    path("search/alerts/", include("search.alerts.urls")),
    path("embed/search/", embed.embed, name="embed"),
    path("api/v1/search", views.api_search, name="api_search"),
    path("api/v1/suggest", views.api_suggest, name="api_suggest"),
    path("api/v1/openapi.json", views.api_description, name="api_description"),
    path("opensearch.xml", opensearch.description, name="opensearch"),
    path("opensearch/suggest", opensearch.suggestions, name="opensearch_suggest"),
]
