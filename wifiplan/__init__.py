"""wifiplan: how a county's schools get Wi-Fi that holds, from the school register to a signed acceptance test."""

__version__ = "0.1.0"
