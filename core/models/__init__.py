from .base_page import BasePage
from .covers import COVER_PANEL, Covered, CoveredPageForm
from .images import VillageImage, VillageRendition
from .site_settings import SiteSettings

__all__ = ["COVER_PANEL", "BasePage", "Covered", "CoveredPageForm", "SiteSettings", "VillageImage", "VillageRendition"]
