"""Static files under names that change with their content, compressed once when they are collected."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class QuickStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """For a demonstration: gzip alone. Brotli of all of Wagtail's files takes 8 seconds; production has the time."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return Compressor(use_brotli=False, **kwargs)
