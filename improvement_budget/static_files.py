"""The files that pages are sent, collected under names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Modules too name each other so: else a browser kept an old one of them, and asked for each again on every page."""

    support_js_module_import_aggregation = True
