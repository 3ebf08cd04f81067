"""What is made when the package is built or installed: compiled catalogues, and in a wheel the gathered front end."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from build_frontend import STATIC, build  # beside this file, which a build does not look for
from build_messages import compile_messages


class TiwiziHook(BuildHookInterface[BuilderConfig]):
    """Runs for a wheel and for an editable install alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds what was made to what is built; `version` is standard or editable.

        A wheel carries the front end, so that who installs it needs no Node; an editable install finds it in its place.
        """
        root = Path(__file__).parent
        # Patterns are relative to the project: an absolute path would match nothing, and the catalogues stay behind.
        made = [path.relative_to(root).as_posix() for path in compile_messages()]
        if version == "standard":
            build()
        if STATIC.exists():
            made.append(f"{STATIC.relative_to(root).as_posix()}/*")
        build_data.setdefault("artifacts", []).extend(made)
