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
    ("GET", "/rescans/{rescan_id}/events"): Role.VIEWER,
    ("GET", "/audit"): Role.ADMIN,
    ("POST", "/account/tokens"): Role.VIEWER,
    ("POST", "/account/tokens/{token_id}/revoke"): Role.VIEWER,
    # The interface. Its description is no secret, but strangers have no business with it.
    ("GET", "/api"): Role.VIEWER,
    ("GET", "/api/openapi.json"): Role.VIEWER,
    ("GET", "/api/me"): Role.VIEWER,
    ("GET", "/api/clusters"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}/visits"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}/verdicts"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}/answers"): Role.VIEWER,
    ("GET", "/api/export.{form}"): Role.VIEWER,
    ("GET", "/api/questions"): Role.VIEWER,
    ("POST", "/api/clusters/{cluster_id}/answers"): Role.REVIEWER,
    ("POST", "/api/answers/{answer_id}/undo"): Role.REVIEWER,
    ("POST", "/api/clusters/{cluster_id}/rescan"): Role.REVIEWER,
    ("GET", "/api/rescans/{rescan_id}"): Role.VIEWER,
    ("GET", "/api/runs"): Role.VIEWER,
    ("GET", "/api/people"): Role.ADMIN,
    ("POST", "/api/people"): Role.ADMIN,
    ("POST", "/api/people/{name}/disable"): Role.ADMIN,
    ("GET", "/api/audit"): Role.ADMIN,
}

_RANK = {Role.VIEWER: 1, Role.REVIEWER: 2, Role.ADMIN: 3}


def may(role: Role | None, need: Role | str) -> bool:
    """Whether a person of this role (None: nobody is signed in) may use a route of this need."""
    if need == PUBLIC:
        return True
    return role is not None and isinstance(need, Role) and _RANK[role] >= _RANK[need]
