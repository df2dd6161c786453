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
    ("POST", "/account/sessions/end"): Role.VIEWER,
    ("GET", "/sign-in/start"): PUBLIC,
    ("GET", "/sign-in/return"): PUBLIC,
    ("POST", "/filters"): Role.VIEWER,
    ("POST", "/filters/{filter_id}/remove"): Role.VIEWER,
    ("GET", "/people"): Role.ADMIN,
    ("POST", "/people"): Role.ADMIN,
    ("GET", "/people/{person}"): Role.ADMIN,
    ("POST", "/people/{person}"): Role.ADMIN,
    ("POST", "/people/{person}/link"): Role.ADMIN,
    ("GET", "/"): Role.VIEWER,
    ("GET", "/export/{form}"): Role.VIEWER,
    ("GET", "/queue"): Role.VIEWER,
    ("GET", "/clusters/{cluster_id}"): Role.VIEWER,
    ("GET", "/clusters/{cluster_id}/changes"): Role.VIEWER,
    ("GET", "/kept/{kept_id}"): Role.VIEWER,
    ("GET", "/kept/{kept_id}/page"): Role.VIEWER,
    ("GET", "/pictures/{picture_id}"): Role.VIEWER,
    ("GET", "/letters"): Role.VIEWER,
    ("POST", "/clusters/{cluster_id}/letters"): Role.REVIEWER,
    ("POST", "/letters/{letter_id}/replies"): Role.REVIEWER,
    ("POST", "/answers"): Role.REVIEWER,
    ("POST", "/answers/{answer_id}/undo"): Role.REVIEWER,
    ("GET", "/bulk"): Role.REVIEWER,
    ("POST", "/bulk"): Role.REVIEWER,
    ("GET", "/bulks/{bulk_id}"): Role.VIEWER,
    ("POST", "/bulks/{bulk_id}/undo"): Role.REVIEWER,
    ("POST", "/clusters/{cluster_id}/rescan"): Role.REVIEWER,
    ("GET", "/rescans/{rescan_id}"): Role.VIEWER,
    ("POST", "/rescans/{rescan_id}/cancel"): Role.REVIEWER,
    ("GET", "/rescans/{rescan_id}/events"): Role.VIEWER,
    ("GET", "/audit"): Role.ADMIN,
    ("GET", "/registry"): Role.VIEWER,
    ("GET", "/registry/new"): Role.ADMIN,
    ("POST", "/registry/new"): Role.ADMIN,
    ("GET", "/clusters/{cluster_id}/edit"): Role.REVIEWER,
    ("POST", "/clusters/{cluster_id}/edit"): Role.REVIEWER,
    ("GET", "/clusters/{cluster_id}/retire"): Role.ADMIN,
    ("POST", "/clusters/{cluster_id}/retire"): Role.ADMIN,
    ("POST", "/clusters/{cluster_id}/revive"): Role.ADMIN,
    ("GET", "/clusters/{cluster_id}/merge"): Role.ADMIN,
    ("POST", "/clusters/{cluster_id}/merge"): Role.ADMIN,
    ("GET", "/registry/import"): Role.ADMIN,
    ("POST", "/registry/import"): Role.ADMIN,
    ("GET", "/registry/import/{upload_id}"): Role.ADMIN,
    ("POST", "/registry/import/{upload_id}/columns"): Role.ADMIN,
    ("POST", "/registry/import/{upload_id}/confirm"): Role.ADMIN,
    ("POST", "/registry/import/{upload_id}/drop"): Role.ADMIN,
    ("GET", "/candidates"): Role.VIEWER,
    ("GET", "/candidates/{candidate_id}/accept"): Role.ADMIN,
    ("POST", "/candidates/{candidate_id}/reject"): Role.ADMIN,
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
    ("POST", "/api/rescans/{rescan_id}/cancel"): Role.REVIEWER,
    ("GET", "/api/runs"): Role.VIEWER,
    ("GET", "/api/people"): Role.ADMIN,
    ("POST", "/api/people"): Role.ADMIN,
    ("POST", "/api/people/{name}/disable"): Role.ADMIN,
    ("GET", "/api/audit"): Role.ADMIN,
}

MAX_BODY = 64 * 1024  # bytes; the longest ordinary form is a note
# Routes that take more. A row of the registry may have long texts, of which a form makes nine bytes a letter; a
# registry file of 10 MiB holds some 30,000 clusters.
BODIES: dict[tuple[str, str], int] = {
    ("POST", "/registry/new"): 1024 * 1024,
    ("POST", "/clusters/{cluster_id}/edit"): 1024 * 1024,
    ("POST", "/registry/import"): 10 * 1024 * 1024 + MAX_BODY,
}

_RANK = {Role.VIEWER: 1, Role.REVIEWER: 2, Role.ADMIN: 3}


def may(role: Role | None, need: Role | str) -> bool:
    """Whether a person of this role (None: nobody is signed in) may use a route of this need."""
    if need == PUBLIC:
        return True
    return role is not None and isinstance(need, Role) and _RANK[role] >= _RANK[need]
