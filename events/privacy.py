"""People who agreed to be named as speakers or hosts. Those who came are described beside their tables."""

from core.privacy import Basis, Erasure, PersonalData, register
from events.attendance import privacy as attendance

__all__ = ["attendance"]  # importing it registers its entries

register(
    PersonalData(
        model="events.Speaker",
        fields=("name", "role", "consented_on"),
        purpose="Says who speaks at an event, or hosts it.",
        basis=Basis.CONSENT,
        retention="until they change their mind; versions of pages hold no name, only a number that then leads nowhere",
        erasure=Erasure.BY_EDITOR,
    )
)
