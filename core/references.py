"""Short numbers for things that people talk about on the telephone."""

import secrets

READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters and digits that are taken for one another


def new_reference() -> str:
    """Such as V7K-2X4: to be said on the telephone. It proves nothing."""
    letters = "".join(secrets.choice(READABLE) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"
