"""`python -m bench.baseline`: make the baseline's tables in the database that the environment
names.
"""

import os

from bench.baseline import ADDRESS
from bench.baseline.store import make_tables

make_tables(os.environ[ADDRESS])
