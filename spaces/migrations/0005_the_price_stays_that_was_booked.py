from django.db import migrations, models


def keep_the_price(apps, schema_editor):
    """Of what was booked before, the price of today is the best that is known. What was cancelled in time is not paid for."""
    Booking = apps.get_model("spaces", "Booking")
    cancelled = Booking.objects.filter(pays=True, status="cancelled")
    cancelled.exclude(log__what="cancelled late, it still counts").update(pays=False)
    paid = Booking.objects.filter(pays=True, price="")
    for pk, price in paid.values_list("pk", "space__price"):
        Booking.objects.filter(pk=pk).update(price=price)


class Migration(migrations.Migration):

    dependencies = [
        ('spaces', '0004_gates_are_passed_at_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='price',
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.RunPython(keep_the_price, migrations.RunPython.noop),
    ]
