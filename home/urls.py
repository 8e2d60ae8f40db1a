from django.urls import path

from .views import api

urlpatterns = [
    path("api/v1/stories/", api.stories, name="api_stories"),
    path("api/v1/stories/<str:slug>/", api.story, name="api_story"),
    path("api/v1/stories/<str:podcast>/<str:slug>/", api.episode, name="api_episode"),
]
