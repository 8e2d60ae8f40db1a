from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0003_changes_wait_for_the_search_server'),
    ]

    operations = [
        migrations.CreateModel(
            name='FacetSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facet', models.CharField(max_length=32)),
                ('value', models.CharField(max_length=160)),
                ('chunk', models.BigIntegerField()),
                ('members', models.BinaryField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='facetset',
            constraint=models.UniqueConstraint(fields=('facet', 'value', 'chunk'), name='search_one_set_a_value_and_chunk'),
        ),
        migrations.RemoveIndex(
            model_name='indexeddocument',
            name='search_document_by_name',
        ),
        migrations.RemoveIndex(
            model_name='indexeddocument',
            name='search_document_by_boost',
        ),
        migrations.AddField(
            model_name='indexeddocument',
            name='facets',
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name='indexeddocument',
            index=models.Index(models.OrderBy(models.F('boost'), descending=True), models.F('sort_title'), models.F('id'), name='search_document_in_order'),
        ),
        migrations.AddIndex(
            model_name='indexeddocument',
            index=models.Index(fields=['sort_title', 'id'], name='search_document_by_title'),
        ),
    ]
