"""Tags, as conditions ask for them."""


def there(tags):
    """Those of the resource."""
    return {f"aws:ResourceTag/{name}": value for name, value in tags.items()}


def asked(tags):
    """Those that the call wants for what it makes."""
    return {f"aws:RequestTag/{name}": value for name, value in tags.items()}
