from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0005_sets_hold_the_facets'),
    ]

    operations = [
        migrations.DeleteModel(
            name='FacetEntry',
        ),
    ]
