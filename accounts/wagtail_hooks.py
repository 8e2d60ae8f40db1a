"""What the CMS shows somebody about themselves."""

from wagtail.admin.views.account import NameEmailSettingsPanel

from .cms_people import NameForm

# Wagtail asks for a first and a last name, which we don't keep, and offers no setting for it.
NameEmailSettingsPanel.form_class = NameForm
