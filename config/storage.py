"""Static files under names that carry their hash, so that nginx may let browsers keep them for a year."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    # ES modules import one another by path; the hashed names have to follow.
    support_js_module_import_aggregation = True
