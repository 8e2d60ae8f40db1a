"""Who entered, corrected and signed figures; and the hashes by which people who came to events are counted once."""

from core.privacy import Basis, Erasure, PersonalData, register

A_RECORD = "as long as the strategy’s record; without the account once that is gone"


def _by(model: str, field: str, what: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=(field,),
        purpose=f"Shows colleagues who {what}.",
        basis=Basis.PUBLIC_TASK,
        retention=A_RECORD,
        erasure=Erasure.NAMELESS,
    )


register(
    _by("impact.KpiEntry", "by", "took an entry out of a figure, or counted it again"),
    _by("impact.ManualFigure", "by", "entered a figure"),
    _by("impact.KpiSnapshot", "signed_by", "signed a quarter"),
    PersonalData(
        model="impact.KpiEntry",
        fields=("object_key",),
        purpose="Counts each person once in a period, by a hash that says nothing of them.",
        basis=Basis.PUBLIC_TASK,
        retention="a number that leads to nobody once the salt of its period is deleted",
        erasure=Erasure.NUMBER_ONLY,
    ),
    PersonalData(
        model="impact.CountingSalt",
        fields=("salt",),
        purpose="Makes the hash by which a person is counted once in a period.",
        basis=Basis.PUBLIC_TASK,
        retention="60 days after the period: a year from April, or the strategy’s own to 2030",
        erasure=Erasure.NUMBER_ONLY,
    ),
)
