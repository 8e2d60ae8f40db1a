"""Bookings in the CMS, for those of us who manage them: who comes, by which rules, what has to be prepared."""
