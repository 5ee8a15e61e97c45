"""Files of the front end, served under names that change with what they say."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModules(CompressedManifestStaticFilesStorage):
    """Scripts import each other by such names, too: a browser never mixes two releases."""

    support_js_module_import_aggregation = True
