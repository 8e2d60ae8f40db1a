from .base_page import BasePage
from .images import VillageImage, VillageRendition
from .site_settings import SiteSettings

__all__ = ["BasePage", "SiteSettings", "VillageImage", "VillageRendition"]
