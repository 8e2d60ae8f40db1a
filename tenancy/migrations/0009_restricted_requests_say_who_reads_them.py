from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0008_erasures_are_logged'),
    ]

    operations = [
        migrations.AlterField(
            model_name='supportrequest',
            name='confidentiality',
            field=models.CharField(choices=[('open', 'May be described by name'), ('unnamed', 'Without the name until both sides agree'), ('restricted', 'Only whoever looks after the company or the request, or leads; of the company, who asked and its admins')], default='unnamed', max_length=10),
        ),
    ]
