"""For tests of what one of the two engines does alone: they run there, and nowhere else pretend to
have looked.
"""

import pytest

ONLY_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])
ONLY_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
