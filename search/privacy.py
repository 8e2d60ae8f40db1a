"""People who asked to be told when something new fits their search, and words searched for, which may hold a name."""

from core.privacy import Basis, Erasure, PersonalData, register


def _subscriber(model: str, fields: tuple[str, ...], purpose: str) -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=purpose,
        basis=Basis.CONSENT,
        retention=(
            "seven days unless confirmed; then until they end it; after a year they are asked, and thirty days "
            "without an answer end it"
        ),
        erasure=Erasure.BY_THEMSELVES,
    )


register(
    _subscriber("search.Subscriber", ("email",), "Receives what is new for the searches that were saved for it."),
    _subscriber("search.SavedSearch", ("subscriber", "query_string", "frequency"), "Says what to tell, and how often."),
    _subscriber("search.SavedSearch", ("told",), "Keeps the same page from being told of twice."),
    PersonalData(
        model="search.DailyQuery",
        fields=("text",),
        purpose="Shows editors what is searched for in vain. Says nothing of who asked, but may hold a name they asked for.",
        basis=Basis.PUBLIC_TASK,
        retention="90 days; words that were searched for fewer than three times: 14 days",
        erasure=Erasure.BY_EDITOR,
    ),
)
