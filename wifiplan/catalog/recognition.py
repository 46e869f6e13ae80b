"""Which model of the catalogue an access point is, by whatever name people give it."""

from functools import lru_cache

from wifiplan.catalog.radios import AccessPointModel, ap_models, model_class


@lru_cache(maxsize=4096)
def known_model(name: str | None) -> AccessPointModel | None:
    """Return the model that a name stands for: a class of the catalogue, a product, or the words of a generation.

    None where nothing is known of it. Whether its brand may be used at all is another question (`catalog.brands`).

    >>> known_model("ax-2x2").name, known_model("HPE Aruba AP-515").name, known_model("?"), known_model(None)
    ('ax-2x2', 'ax-4x4', None, None)
    """
    found = model_class(name) if name else None
    return ap_models().get(found.name) if found is not None else None
