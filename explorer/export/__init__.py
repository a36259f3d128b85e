"""Taking a picture home: as a page that works offline, as data, as code."""

from explorer.export.code import networks, scripts
from explorer.export.data import csv, npz
from explorer.export.notebook import show
from explorer.export.page import figure_page, film_page
from explorer.export.qr import qr

__all__ = ["csv", "figure_page", "film_page", "networks", "npz", "qr", "scripts", "show"]
