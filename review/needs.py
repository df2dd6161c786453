"""Which role each route needs: the one place that says so. A route without an entry is refused to everybody."""

from __future__ import annotations

from db.people import Role

PUBLIC = "public"  # no sign-in needed
METRICS = "/metrics"

# Answered under whatever name the server is called, and with nobody's session looked up: a load balancer asks by
# address, and the database may be what is wrong. They tell nothing that a page of another website could use.
ALWAYS = frozenset({("GET", "/live"), ("GET", "/health")})

NEEDS: dict[tuple[str, str], Role | str] = {
    ("GET", "/static/{name}"): PUBLIC,
    # What programs ask that watch over this one. Metrics are public too where the settings say so.
    ("GET", "/live"): PUBLIC,
    ("GET", "/health"): PUBLIC,
    ("GET", METRICS): Role.VIEWER,
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
    ("GET", "/api/registry"): Role.VIEWER,
    ("POST", "/api/registry"): Role.ADMIN,
    ("GET", "/api/registry/{cluster_id}"): Role.VIEWER,
    ("POST", "/api/registry/{cluster_id}"): Role.REVIEWER,
    ("GET", "/api/registry/{cluster_id}/history"): Role.VIEWER,
    ("POST", "/api/registry/{cluster_id}/retire"): Role.ADMIN,
    ("POST", "/api/registry/{cluster_id}/revive"): Role.ADMIN,
    ("GET", "/api/registry/{cluster_id}/merge"): Role.ADMIN,
    ("POST", "/api/registry/{cluster_id}/merge"): Role.ADMIN,
    ("POST", "/api/imports"): Role.ADMIN,
    ("GET", "/api/candidates"): Role.VIEWER,
    ("POST", "/api/candidates"): Role.ADMIN,
    ("GET", "/api/candidates/{candidate_id}"): Role.VIEWER,
    ("POST", "/api/candidates/{candidate_id}/accept"): Role.ADMIN,
    ("POST", "/api/candidates/{candidate_id}/reject"): Role.ADMIN,
    ("GET", "/api/bulk"): Role.REVIEWER,
    ("POST", "/api/bulk"): Role.REVIEWER,
    ("GET", "/api/bulks/{bulk_id}"): Role.VIEWER,
    ("POST", "/api/bulks/{bulk_id}/undo"): Role.REVIEWER,
    ("GET", "/api/letters"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}/letters"): Role.VIEWER,
    ("POST", "/api/clusters/{cluster_id}/letters"): Role.REVIEWER,
    ("POST", "/api/letters/{letter_id}/replies"): Role.REVIEWER,
    ("GET", "/api/clusters/{cluster_id}/kept"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}/changes"): Role.VIEWER,
    ("GET", "/api/clusters/{cluster_id}/pictures"): Role.VIEWER,
    ("GET", "/api/kept/{kept_id}"): Role.VIEWER,
    ("GET", "/api/kept/{kept_id}/bytes"): Role.VIEWER,
    ("GET", "/api/pictures/{picture_id}"): Role.VIEWER,
    ("GET", "/api/me/tokens"): Role.VIEWER,
    ("POST", "/api/me/tokens/{token_id}/revoke"): Role.VIEWER,
    ("GET", "/api/me/filters"): Role.VIEWER,
    ("POST", "/api/me/filters"): Role.VIEWER,
    ("POST", "/api/me/filters/{filter_id}/remove"): Role.VIEWER,
    ("POST", "/api/people/{name}/role"): Role.ADMIN,
    ("POST", "/api/people/{name}/email"): Role.ADMIN,
    ("POST", "/api/people/{name}/enable"): Role.ADMIN,
    ("POST", "/api/people/{name}/link"): Role.ADMIN,
}

MAX_BODY = 64 * 1024  # bytes; the longest ordinary form is a note
# Routes that take more. A row of the registry may have long texts, of which a form makes nine bytes a letter; a
# registry file of 10 MiB holds some 30,000 clusters.
BODIES: dict[tuple[str, str], int] = {
    ("POST", "/registry/new"): 1024 * 1024,
    ("POST", "/clusters/{cluster_id}/edit"): 1024 * 1024,
    ("POST", "/registry/import"): 10 * 1024 * 1024 + MAX_BODY,
    ("POST", "/api/registry"): 1024 * 1024,
    ("POST", "/api/registry/{cluster_id}"): 1024 * 1024,
    ("POST", "/api/candidates"): 1024 * 1024,
    ("POST", "/api/candidates/{candidate_id}/accept"): 1024 * 1024,
    ("POST", "/api/imports"): 10 * 1024 * 1024 + MAX_BODY,
}

_RANK = {Role.VIEWER: 1, Role.REVIEWER: 2, Role.ADMIN: 3}


def may(role: Role | None, need: Role | str) -> bool:
    """Whether a person of this role (None: nobody is signed in) may use a route of this need."""
    if need == PUBLIC:
        return True
    return role is not None and isinstance(need, Role) and _RANK[role] >= _RANK[need]
