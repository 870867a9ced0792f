"""Let the tests import the modules in the folder above, wherever pytest is started."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
