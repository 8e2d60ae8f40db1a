"""Figures as they are read: with their unit, and what is left to go."""

from decimal import Decimal

from .choices import Form

MILLION = 1_000_000


def figure(value: Decimal, form: str) -> str:
    """“1,310”, “3.1%”, “+18%”, “84 days”, “£49m”."""
    number = plain(value)
    if form == Form.POUNDS:
        return f"£{plain(round(value / MILLION, 1))}m" if value >= MILLION else f"£{number}"
    words = {Form.PERCENT: "{}%", Form.PERCENT_MORE: "+{}%", Form.DAYS: "1 day" if value == 1 else "{} days"}
    return words.get(Form(form), "{}").format(number)


def plain(value: Decimal) -> str:
    """With commas, and no more digits than it has."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def distance(value: Decimal, form: str) -> str:
    """“24 days to go”: between a level and its target."""
    if form in (Form.PERCENT, Form.PERCENT_MORE):
        return f"{plain(value)} {'point' if value == 1 else 'points'} to go"
    return f"{figure(value, form)} to go"


def share(part: Decimal) -> str:
    """“32%”; a little more than nothing is not nothing."""
    return "under 1%" if 0 < part < Decimal("0.01") else f"{int(part * 100)}%"
