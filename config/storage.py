"""Static files under names that carry their hash, so that nginx may let browsers keep them for a year."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

_GLOB, _MODULE_PATTERNS = ManifestStaticFilesStorage._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class StaticStorage(ManifestStaticFilesStorage):
    # ES modules import one another by path; the hashed names have to follow.
    support_js_module_import_aggregation = True
    # Not so import("…") calls, the last pattern: it also finds the types in the comments of htmx's extensions, which
    # name files that nobody ships, and the shop's own modules import by statement.
    _js_module_import_aggregation_patterns = (_GLOB, _MODULE_PATTERNS[:-1])
