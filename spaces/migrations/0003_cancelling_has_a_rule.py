import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Until when a booking is free to cancel; and which desk somebody waits for."""

    dependencies = [
        ("spaces", "0002_references_of_eight_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="spacepage",
            name="cancel_minutes",
            field=models.PositiveIntegerField(
                default=0,
                help_text="How long before it begins, in minutes. Cancelled later, it still counts. 0: until it begins.",
                verbose_name="free to cancel until",
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="spaces.unit",
            ),
        ),
    ]
