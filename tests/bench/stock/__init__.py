"""Records for measuring search at size: found by the village's search, and by Wagtail's own on the same rows."""
