"""Words that people searched for may hold a name."""

from core.privacy import Basis, Erasure, PersonalData, register

register(
    PersonalData(
        model="search.DailyQuery",
        fields=("text",),
        purpose="Shows editors what is searched for in vain. Says nothing of who asked, but may hold a name they asked for.",
        basis=Basis.PUBLIC_TASK,
        retention="90 days; words that were searched for fewer than three times: 14 days",
        erasure=Erasure.BY_EDITOR,
    )
)
