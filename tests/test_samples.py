"""The sample network: every sample is served as it should be, and no misbehaving one harms another."""

import csv
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from crawler.model import Activity, English, Flag
from pipelines.judging.flags import flag_of
from samples.names import on_loopback, reply_to
from samples.rendering import BadTemplateError, render, written
from samples.server import SampleNetwork
from samples.sites import NETWORK, BadSiteError, Day, answer, body_of, read_sites

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = Day(NOW, date(2026, 11, 24))
SAMPLES = NETWORK.parent
HONEST = "Clusterwatch/0.1 (nightly check of cluster websites; someone@example.org)"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
# Hosts that the registry does not name, because finding them is what a sample shows.
UNREGISTERED = {"ohmi-eco.example", "echizen-smart-textile.example", "nishiura-ocean-hub.example"}

# Files whose dates date no post: a reader's comment, equal stamps of a sitemap, sample posts that came with a theme.
TRAPS = {
    "wordpress-feed": {"comments/feed/index.xml", "wp-sitemap.xml"},
    "build-stamp": {"blog/index.html", "blog/hello-world.html", "blog/sample-post.html"},
}


@pytest.fixture(scope="module")
def network() -> Iterator[SampleNetwork]:
    with SampleNetwork(now=NOW, drip_s=0.01) as up:
        yield up


def get(
    network: SampleNetwork, url: str, *, method: str = "GET", agent: str = HONEST, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, lower-case headers and body of one request through the proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", network.port, timeout=10)
    try:
        sent = {"User-Agent": agent, **{k.replace("_", "-"): v for k, v in headers.items()}}
        connection.request(method, url, headers=sent)
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        connection.close()


def registry(name: str = "clusters.csv") -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def expected(name: str = "expected.json") -> dict[str, dict[str, dict[str, str | int | None]]]:
    read: dict[str, dict[str, dict[str, str | int | None]]] = json.loads((SAMPLES / name).read_text())
    return read


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "2026-09-04"),
        ("ja", "2026年9月4日"),
        ("dot", "2026.09.04"),
        ("slash", "2026/09/04"),
        ("wareki", "令和8年9月4日"),
        ("era", "R8.9.4"),
        ("weekday", "9月4日(金)"),
        ("en", "4 September 2026"),
        ("en_us", "September 4, 2026"),
        ("de", "4. September 2026"),
        ("fr", "4 septembre 2026"),
        ("nl", "4 september 2026"),
        ("it", "4 settembre 2026"),
        ("w3c", "2026-09-04T10:00:00+09:00"),
        ("rfc822", "Fri, 04 Sep 2026 10:00:00 +0900"),
        ("%y.%m.%d", "26.09.04"),
    ],
)
def test_a_day_is_written_in_every_form(form: str, text: str) -> None:
    assert written(date(2026, 9, 4), form) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2020, 1, 1), "令和2年1月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
    ],
)
def test_the_era_changes_on_its_day_and_its_first_year_is_gannen(day: date, text: str) -> None:
    assert written(day, "wareki") == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{d-12|ja}}", "2026年11月12日"),
        ("{{d-0|iso}}", "2026-11-24"),
        ("{{d+20|iso}}", "2026-12-14"),
        ("{{d-12|wareki|wide}}", "令和８年１１月１２日"),
        ("{{today|iso}}", "2026-11-22"),
        ("from {{d-2|iso}} to {{d+2|iso}}", "from 2026-11-22 to 2026-11-26"),
        ("no placeholder { } here", "no placeholder { } here"),
    ],
)
def test_placeholders_count_from_the_day_of_the_network(template: str, text: str) -> None:
    assert render(template, now=date(2026, 11, 24), today=date(2026, 11, 22)) == text


@pytest.mark.parametrize(
    "template", ["{{d-12}}", "{{d12|iso}}", "{{d-12|nothing}}", "{{d-12|%Q}}", "{{yesterday|iso}}"]
)
def test_a_mistyped_placeholder_is_refused(template: str) -> None:
    with pytest.raises(BadTemplateError):
        render(template, now=date(2026, 11, 24), today=date(2026, 11, 24))


def test_every_page_renders_on_any_day_and_can_be_written_in_its_charset() -> None:
    for now in (NOW, datetime(2028, 2, 29, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)):
        for site in read_sites().values():
            for file in (f for f in site.folder.rglob("*") if f.is_file()):
                assert b"{{" not in body_of(site, file, Day(now, now.date())), file


def test_nothing_published_lies_in_the_future_on_the_first_of_three_nights() -> None:
    # A copyright year, {{d-0|%Y}}, is no date of anything.
    young = re.compile(r"\{\{d-[012]\|(?!%Y\}\})")
    assert [str(f) for f in NETWORK.rglob("*") if f.is_file() and young.search(f.read_text(encoding="utf-8"))] == []


def test_an_unknown_key_in_site_toml_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "broken.example"
    folder.mkdir()
    (folder / "site.toml").write_text("colour = 'red'")
    with pytest.raises(BadSiteError, match=r"broken\.example.*colour"):
        read_sites(tmp_path)


def test_the_registry_and_the_network_name_the_same_hosts() -> None:
    rows = [*registry(), *registry("europe.csv")]
    registered = {row["website"].removeprefix("http://").rstrip("/") for row in rows} - {""}
    assert registered | UNREGISTERED == set(read_sites())


def test_expectations_cover_the_registry_exactly() -> None:
    assert [row["cluster_id"] for row in registry()] == list(expected())
    assert [row["cluster_id"] for row in registry("europe.csv")] == list(expected("expected_europe.json"))


def test_every_kind_of_flag_is_expected_of_some_sample() -> None:
    assert {case["after_3"]["flag"] for case in expected().values()} == {flag.value for flag in Flag}


@pytest.mark.parametrize("nights", ["after_2", "after_3"])
def test_every_expected_flag_follows_from_its_activity_and_english(nights: str) -> None:
    for cluster_id, case in (expected() | expected("expected_europe.json")).items():
        word = case[nights]
        activity, tier = Activity(str(word["activity"])), English(str(word["english"]))
        assert Flag(str(word["flag"])) is flag_of(activity, tier), cluster_id


def test_a_lost_address_is_expected_to_be_flagged_on_the_third_night_only() -> None:
    changed = {cluster_id for cluster_id, case in expected().items() if case["after_2"] != case["after_3"]}
    assert changed == {"parked", "hijacked"}


@pytest.mark.parametrize("cluster_id", [c for c, case in expected().items() if case["after_3"]["latest"] is not None])
def test_the_expected_latest_post_is_the_newest_date_on_the_site_but_for_its_traps(cluster_id: str) -> None:
    host = next(r["website"] for r in registry() if r["cluster_id"] == cluster_id).removeprefix("http://").rstrip("/")
    to = dict(read_sites()[host].redirects).get("*", "").removeprefix("http://").rstrip("/")
    folder = NETWORK / (to or host)
    days = [
        int(offset)
        for file in folder.rglob("*.*")
        if str(file.relative_to(folder)) not in TRAPS.get(cluster_id, set())
        for offset in re.findall(r"\{\{d(-\d+)\|(?!%Y\}\})", file.read_text(encoding="utf-8"))
    ]
    assert max(days) == expected()[cluster_id]["after_3"]["latest"]


@pytest.mark.parametrize(
    "host", sorted(h for h, s in read_sites().items() if not (s.nxdomain or s.drip or s.redirects or s.only_browsers))
)
def test_a_home_page_is_served_with_its_status(network: SampleNetwork, host: str) -> None:
    status, headers, body = get(network, f"http://{host}/")
    assert status == (503 if host == "omuta-battery.example" else 200)
    assert headers["content-type"].startswith("text/html")
    assert b"<title>" in body


@pytest.mark.parametrize(
    ("url", "codec", "words", "content_type"),
    [
        ("http://www.tonami-bio-kyogikai.example/top.html", "cp932", "更新履歴", "text/html"),
        ("http://www.nagai-seimitsu.example/oshirase.html", "euc_jp", "令和8年11月10日", "text/html"),
        ("http://www.hanno-wood.example/", "iso2022_jp", "飯能木工産業協議会", "text/html"),
        ("http://www.sanjo-forging.example/", "cp932", "三条鍛造", "text/html; charset=iso-8859-1"),
        ("http://aoba-photonics.example/", "utf-8", "青葉フォトニクス", "text/html"),
        ("http://leichtbau-lahntal.example/", "utf-8", "19. November 2026", "text/html"),
        ("http://www.photonique-garonne.example/", "utf-8", "18/11/2026", "text/html"),
        ("http://www.watercluster-ijssel.example/nieuws/", "utf-8", "16 november 2026", "text/html"),
        ("http://www.meccatronica-valdarda.example/", "utf-8", "17 novembre 2026", "text/html"),
    ],
)
def test_pages_are_encoded_as_their_site_writes(
    network: SampleNetwork, url: str, codec: str, words: str, content_type: str
) -> None:
    _, headers, body = get(network, url)
    assert words.encode(codec).replace(b"\x1b(B", b"") in body
    assert headers["content-type"] == content_type


def test_the_wrongly_declared_pages_are_not_what_they_claim(network: SampleNetwork) -> None:
    _, _, body = get(network, "http://www.sanjo-forging.example/")
    assert b"charset=UTF-8" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_a_host_header_and_an_absolute_address_name_the_same_page(network: SampleNetwork) -> None:
    by_proxy = get(network, "http://aoba-photonics.example/en/")
    by_header = get(network, "/en/", Host="aoba-photonics.example:80")
    assert by_proxy[0] == by_header[0] == 200
    assert by_proxy[2] == by_header[2]


@pytest.mark.parametrize(
    ("url", "status", "location"),
    [
        ("http://aoba-photonics.example/en", 301, "/en/"),
        ("http://echizen-textile.example/", 301, "http://echizen-smart-textile.example/"),
        ("http://echizen-textile.example/old/page.html", 301, "http://echizen-smart-textile.example/"),
        ("http://suwa-microdevice.example/", 302, "/entrance/"),
        ("http://suwa-microdevice.example/entrance/", 302, "/top.html"),
        ("http://suwa-microdevice.example/top.html", 302, "/"),
    ],
)
def test_redirects_lead_where_they_should(network: SampleNetwork, url: str, status: int, location: str) -> None:
    got, headers, _ = get(network, url)
    assert (got, headers["location"]) == (status, location)


@pytest.mark.parametrize(
    ("agent", "status"),
    [
        (HONEST, 403),
        ("Mozilla/5.0 (compatible; Clusterwatch/0.1; +http://example.org/)", 403),
        ("", 403),
        (BROWSER, 200),
    ],
)
def test_the_forbidding_site_serves_browsers_only(network: SampleNetwork, agent: str, status: int) -> None:
    assert get(network, "http://tokachi-agri-ict.example/", agent=agent)[0] == status


def test_the_disallowing_site_says_so_and_would_answer(network: SampleNetwork) -> None:
    assert b"Disallow: /\n" in get(network, "http://niihama-plant.example/robots.txt")[2]
    assert get(network, "http://niihama-plant.example/")[0] == 200


def test_maintenance_is_503_with_retry_after_whatever_is_asked(network: SampleNetwork) -> None:
    for path in ("", "news.html", "robots.txt"):
        status, headers, body = get(network, f"http://omuta-battery.example/{path}")
        assert (status, headers["retry-after"]) == (503, "7200")
        assert "メンテナンス" in body.decode()


@pytest.mark.parametrize(
    "path",
    ["english/", "site.toml", "../www.nagai-seimitsu.example/index.html", "%2e%2e/server.py", "index.html/", "a%00b"],
)
def test_what_is_not_there_is_404(network: SampleNetwork, path: str) -> None:
    assert get(network, f"http://sabae-eyewear-tech.example/{path}")[0] == 404


def test_feed_sitemap_and_script_have_their_types(network: SampleNetwork) -> None:
    types = {
        path: get(network, f"http://{path}")[1]["content-type"]
        for path in ("miura-slow-mobility.example/feed/", "hidaka-forest-tech.example/app.js")
    }
    assert list(types.values()) == ["application/xml", "text/javascript"]
    news = json.loads(get(network, "http://hidaka-forest-tech.example/news.json")[2])
    assert news["news"][0]["date"] == "2026-11-17"


def test_a_known_page_is_304_by_either_validator(network: SampleNetwork) -> None:
    url = "http://aoba-photonics.example/"
    _, headers, _ = get(network, url)
    for known in ({"If_None_Match": headers["etag"]}, {"If_Modified_Since": headers["last-modified"]}):
        status, again, body = get(network, url, **known)
        assert (status, body, again["etag"]) == (304, b"", headers["etag"])


@pytest.mark.parametrize(
    "stale",
    [
        {"If_None_Match": '"another"'},
        {"If_Modified_Since": "Mon, 16 Nov 2026 09:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
    ],
)
def test_a_page_that_changed_is_sent_again(network: SampleNetwork, stale: dict[str, str]) -> None:
    assert get(network, "http://aoba-photonics.example/", **stale)[0] == 200


def test_a_connection_is_kept_for_the_next_request(network: SampleNetwork) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", network.port, timeout=10)
    connection.request("GET", "http://aoba-photonics.example/")
    connection.getresponse().read()
    kept = connection.sock
    connection.request("GET", "http://www.nagai-seimitsu.example/")
    assert connection.getresponse().status == 200
    assert kept is not None
    assert connection.sock is kept
    connection.close()


def test_head_has_the_headers_of_get_and_no_body(network: SampleNetwork) -> None:
    status, headers, body = get(network, "http://aoba-photonics.example/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000


def test_connect_is_refused(network: SampleNetwork) -> None:
    assert get(network, "aoba-photonics.example:443", method="CONNECT")[0] == 502


@pytest.mark.parametrize("host", ["gotsu-paper.example", "nobody.example", "www.aoba-photonics.example"])
def test_the_proxy_cannot_find_a_host_that_does_not_exist(network: SampleNetwork, host: str) -> None:
    status, headers, _ = get(network, f"http://{host}/")
    assert (status, headers["x-squid-error"]) == (502, "ERR_DNS_FAIL 0")


@pytest.mark.parametrize(
    ("name", "kind", "rcode", "addresses"),
    [
        ("aoba-photonics.example", "A", dns.rcode.NOERROR, ["127.0.0.1"]),
        ("AOBA-Photonics.Example", "A", dns.rcode.NOERROR, ["127.0.0.1"]),
        ("kuji-ocean-energy.example", "A", dns.rcode.NOERROR, ["127.0.0.1"]),
        ("aoba-photonics.example", "AAAA", dns.rcode.NOERROR, []),
        ("gotsu-paper.example", "A", dns.rcode.NXDOMAIN, []),
        ("gotsu-paper.example", "AAAA", dns.rcode.NXDOMAIN, []),
        ("nobody.example", "A", dns.rcode.NXDOMAIN, []),
    ],
)
def test_names_resolve_to_loopback_or_do_not_exist(
    network: SampleNetwork, name: str, kind: str, rcode: dns.rcode.Rcode, addresses: list[str]
) -> None:
    address, port = network.nameserver.split(":")
    reply = dns.query.udp(dns.message.make_query(name, kind), address, port=int(port), timeout=5)
    assert reply.rcode() == rcode
    assert [str(record) for rrset in reply.answer for record in rrset] == addresses


def test_a_question_that_is_none_gets_no_reply() -> None:
    assert reply_to(b"\x00\x01 no question", on_loopback({"aoba-photonics.example"})) == b""


def test_the_name_server_survives_nonsense(network: SampleNetwork) -> None:
    address, port = network.nameserver.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"\xff" * 40, (address, int(port)))
        sender.sendto(b"", (address, int(port)))
    reply = dns.query.udp(dns.message.make_query("aoba-photonics.example", "A"), address, port=int(port), timeout=5)
    assert reply.rcode() == dns.rcode.NOERROR


def test_the_drip_sends_bytes_without_end(network: SampleNetwork) -> None:
    with socket.create_connection(("127.0.0.1", network.port), timeout=5) as dripped:
        dripped.sendall(b"GET http://kuji-ocean-energy.example/ HTTP/1.1\r\nHost: kuji-ocean-energy.example\r\n\r\n")
        got = b""
        while len(got.partition(b"\r\n\r\n")[2]) < 60:
            got += dripped.recv(100)
    head, body = got.split(b"\r\n\r\n", 1)
    assert b" 200 " in head
    assert b"content-length" not in head.lower()
    assert body.startswith(b"<!DOCTYPE html>")
    assert get(network, "http://kuji-ocean-energy.example/robots.txt")[0] == 200


@pytest.mark.timeout(30)  # one after the other, the silent clients alone would take ten minutes
def test_hanging_and_dripping_clients_keep_nobody_waiting(network: SampleNetwork) -> None:
    silent = [socket.create_connection(("127.0.0.1", network.port), timeout=5) for _ in range(40)]
    for half in silent[:20]:
        half.sendall(b"GET http://kuji-ocean-energy.example/ HTTP/1.1\r\nHost: kuji-ocean-energy.example\r\n\r\n")
    assert get(network, "http://aoba-photonics.example/")[0] == 200
    for half in silent:
        half.close()


def test_close_ends_every_thread_and_frees_the_ports() -> None:
    before = set(threading.enumerate())
    network = SampleNetwork(now=NOW)
    with network:
        hanging = [socket.create_connection(("127.0.0.1", network.port), timeout=5) for _ in range(3)]
        hanging[0].sendall(b"GET http://kuji-ocean-energy.example/ HTTP/1.1\r\nHost: kuji-ocean-energy.example\r\n\r\n")
        hanging[1].sendall(b"GET http://aoba-pho")
        assert hanging[0].recv(10)
        port = network.port
    network.close()
    assert set(threading.enumerate()) - before == set()
    for one in hanging:
        one.close()
    with SampleNetwork(now=NOW, port=port) as again:
        assert again.port == port


def test_a_network_that_was_never_started_can_be_closed() -> None:
    network = SampleNetwork(now=NOW)
    port = network.port
    network.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_only_what_always_shows_today_follows_the_day_of_the_visit() -> None:
    sites = read_sites()
    stamped, steady = sites["hitachinaka-aero.example"], sites["aoba-photonics.example"]
    days = [Day(NOW, date(2026, 11, day)) for day in (22, 23)]
    assert [b"Site built: 2026-11-22" in answer(stamped, "/", {}, day).body for day in days] == [True, False]
    assert answer(steady, "/", {}, days[0]).body == answer(steady, "/", {}, days[1]).body


def test_run_by_hand_it_prints_its_addresses_and_ends_when_interrupted() -> None:
    command = [sys.executable, "-m", "samples.server", "--now", "2026-11-24"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=SAMPLES.parent) as running:
        assert running.stdout is not None
        first = [running.stdout.readline() for _ in range(3)]
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()
    assert first[0].startswith("Proxy and virtual hosts: http://127.0.0.1:")
    assert first[1].startswith("Name server: 127.0.0.1:")
    assert first[2] == "  http://aoba-photonics.example/\n"
    assert rest.endswith("Ended.\n")
    assert running.returncode == 0
