"""The engine for many: Elasticsearch 8.19 and 9, chosen by ``ELASTICSEARCH_URL``.

It ranks, filters and counts; what is shown of a hit always comes from the database, so that what was unpublished a
moment ago is not shown whatever the server still has. ``client`` alone imports the client library.
"""
