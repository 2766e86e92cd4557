"""Writes the draft's JSON schema, made from the types, to resources/schema: run it after a change to app/draft.py."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "schema" / "weiying-draft.schema.json"


def main() -> int:
    """Write the schema; return the exit status."""
    sys.path.insert(0, str(ROOT))
    from app.storage import draft_schema

    TARGET.write_text(json.dumps(draft_schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
