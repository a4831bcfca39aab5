"""Known weaknesses of the locked dependencies, for `make audit`.

Run as `python -m tests.house.audit PIP-AUDIT`. It ends with 0 only when an advisory service
answered about every package: pip-audit itself says “No known vulnerabilities found” where none of
them could be looked up.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
FINE, WEAK, UNKNOWN = 0, 1, 2
LONGEST = 600  # seconds; a service that is away is waited for by pip-audit
UNREACHABLE = (
    "The advisory service could not be reached, so nothing is known of {what}. Run make audit "
    "again where it can be: it needs the internet."
)


def verdict(lock: str, said: str) -> tuple[int, list[str]]:
    """Return the exit code and the lines to print for what pip-audit *said* of a *lock*, as
    JSON.
    """
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return UNKNOWN, [f"{lock}: {UNREACHABLE.format(what='its packages')}"]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    lines = [
        (
            f"{lock}: {one['name']} {one['version']} has {weakness['id']}; "
            f"{_way_out(weakness['fix_versions'])}"
        )
        for one in packages
        for weakness in one.get("vulns", [])
    ]
    if unknown or not packages:
        what = f"{len(unknown)} of {len(packages)} packages"
        return (WEAK if lines else UNKNOWN), [*lines, f"{lock}: {UNREACHABLE.format(what=what)}"]
    return (
        (WEAK, lines)
        if lines
        else (FINE, [f"{lock}: no known weakness in {len(packages)} packages"])
    )


def _way_out(versions: list[str]) -> str:
    return (
        f"fixed in {', '.join(versions)}: run make lock" if versions else "no release fixes it yet"
    )


def ask(pip_audit: str, lock: str) -> str:
    """Return what pip-audit says of the *lock*; nothing when it failed or waited too long."""
    command = [
        pip_audit,
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner",
        "off",
        "--format",
        "json",
        "-r",
        lock,
    ]
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
            timeout=LONGEST,
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


if __name__ == "__main__":
    found = [verdict(lock, ask(sys.argv[1], lock)) for lock in LOCKS]
    for _, lines in found:
        print("\n".join(lines))
    codes = {code for code, _ in found}
    sys.exit(WEAK if WEAK in codes else max(codes))
