"""Spaces, for those of us who manage them: the day, what waits for an answer, closures, who passed what, tenants, use."""
