"""What is kept about people who sign in."""

from core.privacy import Basis, Erasure, PersonalData, register


def _account(
    model: str, fields: tuple[str, ...], purpose: str, retention: str = "as long as the account"
) -> PersonalData:
    return PersonalData(
        model=model,
        fields=fields,
        purpose=purpose,
        basis=Basis.PUBLIC_TASK,
        retention=retention,
        erasure=Erasure.WITH_ACCOUNT,
    )


register(
    _account("accounts.User", ("email", "password"), "Lets a person sign in; codes and notices go to the address."),
    _account("accounts.User", ("name",), "How the person asked to be addressed."),
    _account(
        "accounts.User",
        (
            *("wants_reminders", "wants_request_news", "wants_check_backs"),
            *("wants_task_reminders", "wants_profile_questions"),
        ),
        "Which letters the person does without.",
    ),
    _account("accounts.User", ("last_login", "date_joined"), "Shows which accounts are no longer used."),
    _account("accounts.User", ("groups", "user_permissions"), "Says what the person may do."),
    _account("account.EmailAddress", ("user", "email"), "Says whether an address was confirmed by its owner."),
    _account("mfa.Authenticator", ("user", "data"), "Second factor: the key of an app, a passkey, recovery codes."),
    _account(
        "sessions.Session",
        ("session_key", "session_data"),
        "Keeps somebody signed in. Readers who never sign in have none.",
        "fourteen days after signing in, or until they sign out",
    ),
)
