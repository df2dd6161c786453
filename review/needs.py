"""Which role each route needs: the one place that says so. A route without an entry is refused to everybody."""

from __future__ import annotations

from db.people import Role

PUBLIC = "public"  # no sign-in needed

NEEDS: dict[tuple[str, str], Role | str] = {
    ("GET", "/static/{name}"): PUBLIC,
    ("GET", "/login"): PUBLIC,
    ("POST", "/login"): PUBLIC,
    ("GET", "/enter"): PUBLIC,
    ("POST", "/enter"): PUBLIC,
    ("POST", "/logout"): Role.VIEWER,
    ("GET", "/account"): Role.VIEWER,
    ("POST", "/account/password"): Role.VIEWER,
    ("POST", "/account/language"): Role.VIEWER,
    ("GET", "/"): Role.VIEWER,
    ("GET", "/export/{form}"): Role.VIEWER,
    ("GET", "/queue"): Role.VIEWER,
    ("GET", "/clusters/{cluster_id}"): Role.VIEWER,
    ("POST", "/answers"): Role.REVIEWER,
    ("POST", "/answers/{answer_id}/undo"): Role.REVIEWER,
    ("POST", "/clusters/{cluster_id}/rescan"): Role.REVIEWER,
    ("GET", "/rescans/{rescan_id}"): Role.VIEWER,
    ("POST", "/rescans/{rescan_id}/cancel"): Role.REVIEWER,
    ("GET", "/rescans/{rescan_id}/events"): Role.VIEWER,
    ("GET", "/audit"): Role.ADMIN,
}

_RANK = {Role.VIEWER: 1, Role.REVIEWER: 2, Role.ADMIN: 3}


def may(role: Role | None, need: Role | str) -> bool:
    """Whether a person of this role (None: nobody is signed in) may use a route of this need."""
    if need == PUBLIC:
        return True
    return role is not None and isinstance(need, Role) and _RANK[role] >= _RANK[need]
