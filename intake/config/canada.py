"""Canada's statutory holidays: the library's own file for this country, loaded without those of all
others.

The usual import runs the library's package of countries: 280 modules, which took 10 MB in each web
process and a fifth of its start.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import holidays


def _load() -> type[holidays.HolidayBase]:
    place = Path(holidays.__file__).parent / "countries" / "canada.py"
    spec = spec_from_file_location("intake.config.canada.holidays", place)
    if spec is None or spec.loader is None:
        raise ImportError(f"{place} cannot be loaded", path=str(place))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[holidays.HolidayBase] = module.Canada
    return found


CanadaHolidays = _load()
