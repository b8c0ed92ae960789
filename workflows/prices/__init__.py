"""What models cost by list price: a dated table that comes with the package, or a file in its place."""

from workflows.prices.loading import load_prices, prices_from_text
from workflows.prices.table import Price, Prices

__all__ = ["Price", "Prices", "load_prices", "prices_from_text"]
