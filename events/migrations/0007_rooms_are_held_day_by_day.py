from django.db import migrations, models


def keep_what_is_held(apps, schema_editor):
    room = apps.get_model("events", "EventRoom")
    for one in room.objects.exclude(booking=None):
        one.bookings.add(one.booking_id)


class Migration(migrations.Migration):
    """A room of an event has several bookings: one for each of its days."""

    dependencies = [
        ("events", "0006_references_of_eight_letters"),
        ("spaces", "0002_references_of_eight_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="eventroom",
            name="bookings",
            field=models.ManyToManyField(
                blank=True, editable=False, related_name="event_rooms", to="spaces.booking"
            ),
        ),
        migrations.RunPython(keep_what_is_held, migrations.RunPython.noop),
        migrations.RemoveField(model_name="eventroom", name="booking"),
    ]
