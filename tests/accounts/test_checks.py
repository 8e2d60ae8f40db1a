import pytest

from accounts.checks import staff_need_a_second_factor


@pytest.mark.parametrize(
    ("demonstration", "required", "found"),
    [(False, False, ["accounts.E001"]), (False, True, []), (True, False, []), (True, True, [])],
)
def test_only_a_demonstration_may_do_without(settings, demonstration, required, found):
    settings.DEMONSTRATION, settings.STAFF_MFA_REQUIRED = demonstration, required

    assert [error.id for error in staff_need_a_second_factor()] == found


def test_forgetting_the_setting_is_found(settings):
    settings.DEMONSTRATION = False
    del settings.STAFF_MFA_REQUIRED

    assert [error.id for error in staff_need_a_second_factor()] == ["accounts.E001"]
