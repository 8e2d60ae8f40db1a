"""What stood in one row for each value of each document stands with the document, and as a bit in the set of the value."""

from collections import defaultdict
from itertools import groupby

from django.db import migrations

CHUNK = 8192  # documents in a piece of a set
BATCH = 500


def gather(apps, schema_editor):
    IndexedDocument = apps.get_model('search', 'IndexedDocument')
    FacetEntry = apps.get_model('search', 'FacetEntry')
    FacetSet = apps.get_model('search', 'FacetSet')
    members = defaultdict(int)
    documents = []
    entries = FacetEntry.objects.order_by('document_id', 'facet', 'value').values_list('document_id', 'facet', 'value')
    for pk, having in groupby(entries.iterator(5000), key=lambda entry: entry[0]):
        facets = defaultdict(list)
        for _, facet, value in having:
            facets[facet].append(value)
            members[facet, value, pk // CHUNK] |= 1 << pk % CHUNK
        documents.append(IndexedDocument(pk=pk, facets=facets))
        if len(documents) == BATCH:
            IndexedDocument.objects.bulk_update(documents, ['facets'])
            documents = []
    IndexedDocument.objects.bulk_update(documents, ['facets'])
    FacetSet.objects.bulk_create(
        (
            FacetSet(facet=facet, value=value, chunk=chunk, members=bits.to_bytes((bits.bit_length() + 7) // 8, 'little'))
            for (facet, value, chunk), bits in members.items()
        ),
        batch_size=BATCH,
    )


def scatter(apps, schema_editor):
    IndexedDocument = apps.get_model('search', 'IndexedDocument')
    FacetEntry = apps.get_model('search', 'FacetEntry')
    for document in IndexedDocument.objects.only('type', 'facets').iterator(BATCH):
        FacetEntry.objects.bulk_create(
            FacetEntry(document_id=document.pk, type=document.type, facet=facet, value=value)
            for facet, values in document.facets.items()
            for value in values
        )


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0004_facets_are_kept_with_their_documents'),
    ]

    operations = [migrations.RunPython(gather, scatter)]
