from django.db import migrations, models


def keep_what_is_held(apps, schema_editor):
    room = apps.get_model("events", "EventRoom")
    for one in room.objects.exclude(booking=None):
        one.bookings.add(one.booking_id)


def hold_as_one(apps, schema_editor):
    """A room that is held for several days has no one booking to go back to: it would stay taken, and nobody know why."""
    room = apps.get_model("events", "EventRoom")
    for one in room.objects.all():
        held = list(one.bookings.order_by("starts_at").values_list("pk", flat=True))
        if len(held) > 1:
            raise RuntimeError(f"Room {one.pk} of an event is held for several days. Give it back first, then go back.")
        room.objects.filter(pk=one.pk).update(booking=next(iter(held), None))


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
        migrations.RunPython(keep_what_is_held, hold_as_one),
        migrations.RemoveField(model_name="eventroom", name="booking"),
    ]
