import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('spaces', '0005_the_price_stays_that_was_booked'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='fee',
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name='booking',
            name='rate',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='spacepage',
            name='fee',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='What those pay whom no allowance covers. Empty: the price is words alone, and nothing is added up.', max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='pounds'),
        ),
        migrations.AddField(
            model_name='spacepage',
            name='fee_begun',
            field=models.BooleanField(default=False, help_text='A part of it is paid as a whole.', verbose_name='when begun'),
        ),
        migrations.AddField(
            model_name='spacepage',
            name='fee_minutes',
            field=models.PositiveIntegerField(default=60, help_text='Minutes: 60 is an hour, 240 half a day.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='for each'),
        ),
        migrations.AddField(
            model_name='spacepage',
            name='fee_most',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='Pounds, for one booking.', max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='at most'),
        ),
        migrations.AddConstraint(
            model_name='spacepage',
            constraint=models.CheckConstraint(condition=models.Q(('fee_minutes__gt', 0), models.Q(('fee__isnull', True), ('fee__gte', 0), _connector='OR')), name='spaces_fee_is_an_amount'),
        ),
    ]
