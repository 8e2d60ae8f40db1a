"""Short numbers for things that people talk about on the telephone."""

import secrets

MOST_SIGNS = 9
READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters and digits that are taken for one another


def new_reference() -> str:
    """Such as V7K4-2X9B: to be said on the telephone. It proves nothing.

    Of eight letters there are 10 to the power of 12: among a million bookings the next meets another once in a million times.
    """
    letters = "".join(secrets.choice(READABLE) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
