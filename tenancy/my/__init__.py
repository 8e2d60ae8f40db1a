"""``/my/``: what somebody sees and does for themselves and for their company."""
