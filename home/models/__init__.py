from .content_page import ContentOrganisation, ContentPage
from .home_page import HomePage
from .podcast import EpisodeOrganisation, EpisodePage, PodcastOrganisation, PodcastPage
from .story import StoryIndexPage, StoryOrganisation, StoryPage

__all__ = [
    "ContentOrganisation",
    "ContentPage",
    "EpisodeOrganisation",
    "EpisodePage",
    "HomePage",
    "PodcastOrganisation",
    "PodcastPage",
    "StoryIndexPage",
    "StoryOrganisation",
    "StoryPage",
]
