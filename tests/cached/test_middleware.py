"""Public answers are made once for each state of the ledger."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.accounts.cookies import SIGN_IN
from app.accounts.tokens import new_secret
from app.cached.answers import Answers
from app.cached.middleware import LARGEST, Cached, chosen_encoding, key_of
from app.cached.state import State
from tests.cached.conftest import HIT, MISS, eventually, how
from tests.factories import (
    ActFactory,
    ClaimFactory,
    DeploymentFactory,
    MeasureFactory,
    PersonFactory,
    RevisionFactory,
    SignInFactory,
)


@pytest.fixture
def ledger(commit):
    def rows():
        RevisionFactory(
            claim=ClaimFactory(ref="first"),
            deployment=DeploymentFactory(slug="troops"),
            measure=MeasureFactory(slug="sent"),
            wording="first words",
            approved=True,
        )

    commit(rows)


ADDRESSES = [
    "/",
    "/deployments/troops",
    "/deployments/troops/sent",
    "/deployments/troops/sent?tolerance=10",
    "/deployments/troops/sent.csv",
    "/deployments/troops/sent.svg",
    "/claims",
    "/claims/first",
    "/changes",
    "/method",
    "/search?q=first",
    "/embed/troops/sent",
    "/api/v1/deployments/troops/readings/sent",
    "/feeds/changes.atom",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_public_answer_is_made_once_and_then_asks_nothing(ledger, kept_site, kept_statements, address):
    first = kept_site.get(address)
    assert (first.status_code, how(first)) == (200, MISS)
    kept_statements.clear()
    again = kept_site.get(address)
    assert (again.status_code, how(again)) == (200, HIT)
    assert kept_statements == []
    assert again.content == first.content
    different = {name for name in first.headers if first.headers[name] != again.headers.get(name)}
    assert different == {"cache-status"}


def test_who_holds_an_answer_already_gets_no_body(ledger, kept_site):
    etag = kept_site.get("/claims").headers["etag"]
    answer = kept_site.get("/claims", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert kept_site.get("/claims", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_question_with_an_etag_keeps_the_whole_answer_for_others(ledger, kept_site):
    kept_site.get("/claims", headers={"If-None-Match": '"other"'})
    answer = kept_site.get("/claims")
    assert (answer.status_code, how(answer)) == (200, HIT)


def test_head_is_answered_from_what_get_keeps(ledger, kept_site):
    assert how(kept_site.head("/claims")) == "made anew"
    whole = kept_site.get("/claims")
    head = kept_site.head("/claims")
    assert (how(head), head.content) == (HIT, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_each_encoding_is_kept_apart(ledger, kept_site):
    plain = kept_site.get("/claims", headers={"Accept-Encoding": "identity"})
    small = kept_site.get("/claims", headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "br"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
    assert plain.headers["etag"] != small.headers["etag"]
    assert plain.text == small.text
    assert how(kept_site.get("/claims", headers={"Accept-Encoding": "br,gzip;q=1"})) == HIT


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        (b"gzip, deflate, br, zstd", b"br"),
        (b"zstd, br;q=0.1", b"br"),
        (b"br;q=0, gzip", b"gzip"),
        (b"br; q=0.000, zstd;q=oh", b""),
        (b"*", b"br"),
        (b"*, br;q=0", b"zstd"),
        (b"gzip, *;q=0", b"gzip"),
        (b"identity", b""),
        (b"", b""),
    ],
)
def test_headers_that_say_the_same_are_one(header, encoding):
    assert chosen_encoding(header) == encoding


@pytest.mark.parametrize("values", [("*",), ("br", "x")])
def test_who_takes_no_encoding_gets_none_that_another_was_given(ledger, kept_site, values):
    asked = [("Accept-Encoding", one) for one in values]
    first = kept_site.get("/claims", headers=asked)
    assert first.headers["content-encoding"] == "br"
    plain = kept_site.get("/claims", headers={"Accept-Encoding": "identity"})
    assert (how(plain), plain.headers.get("content-encoding")) == (MISS, None)
    assert how(kept_site.get("/claims", headers=asked)) == HIT


def test_what_changes_the_ledger_is_seen_on_every_page(ledger, commit, kept_site):
    before = kept_site.get("/claims")
    assert "second words" not in before.text
    watch = kept_site.app.state.watch
    old = watch.known()
    commit(lambda: RevisionFactory(claim=ClaimFactory(ref="second"), wording="second words", approved=True))
    eventually(lambda: (watch.known() or old).version > old.version)
    after = kept_site.get("/claims/second")
    assert (after.status_code, how(after)) == (200, MISS)
    assert how(kept_site.get("/claims")) == MISS


def test_an_act_that_moves_no_version_is_seen_too(ledger, commit, kept_site):
    kept_site.get("/changes")
    watch = kept_site.app.state.watch
    old = watch.known()
    commit(lambda: ActFactory(kind="check", subject="troops", moves_version=False))
    now = eventually(lambda: (known := watch.known()) and known.acts != old.acts and known)
    assert now.version == old.version
    assert how(kept_site.get("/changes")) == MISS


@pytest.mark.parametrize("address", ["/claims/absent", "/deployments/troops/sent?tolerance=17", "/nowhere"])
def test_refusals_are_not_kept(ledger, kept_site, address):
    for _ in range(2):
        assert how(kept_site.get(address)) == "made anew"


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/login", "/desk", "/ledger.zip"])
def test_what_stands_apart_is_never_kept(ledger, kept_site, address):
    for _ in range(2):
        assert how(kept_site.get(address)) == "made anew"


def test_the_pages_of_somebody_signed_in_are_kept_for_nobody(ledger, commit, kept_site):
    secret = new_secret()

    def sign_in():
        person = PersonFactory(role="administrator")
        SignInFactory(secret=secret, person_id=person.id)

    commit(sign_in)
    kept_site.cookies.set(SIGN_IN, secret)
    for address in ("/desk/account", "/desk/people", "/desk"):
        for _ in range(2):
            assert how(kept_site.get(address)) == "made anew"
    own = kept_site.get("/claims")
    kept_site.cookies.clear()
    everybody = kept_site.get("/claims")
    assert how(everybody) == HIT
    assert own.content == everybody.content


def test_one_computation_serves_all_who_ask_at_once(ledger, kept_site, kept_statements):
    kept_site.get("/deployments/troops/sent?tolerance=20")
    alone = len(kept_statements)
    kept_statements.clear()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: kept_site.get("/deployments/troops/sent?tolerance=5"), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(kept_statements) == alone
    assert sum(how(answer) == MISS for answer in answers) == 1


def test_a_request_with_a_token_or_a_range_is_not_answered_from_memory():
    scope = {"type": "http", "method": "GET", "path": "/claims", "query_string": b"", "scheme": "http"}
    assert key_of({**scope, "headers": []}) is not None
    for name in (b"authorization", b"range"):
        assert key_of({**scope, "headers": [(name, b"x")]}) is None
    assert key_of({**scope, "method": "POST", "headers": []}) is None


class AlwaysKnown:
    """A ledger in which nothing is done."""

    def known(self):
        return State(1, "1", "2026-01-15")


def test_an_answer_leaves_and_is_kept_before_what_is_done_after_it():
    told = []
    answers = Answers(1_000_000)

    async def site(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})
        told.append(("done afterwards", len(answers)))

    async def send(message):
        told.append((message.get("body", message["type"]), len(answers)))

    async def ask():
        scope = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "headers": []}
        await Cached(site, watch=AlwaysKnown(), answers=answers)({**scope, "query_string": b""}, None, send)

    asyncio.run(ask())
    assert told == [("http.response.start", 1), (b"page", 1), ("done afterwards", 1)]


class Moving(AlwaysKnown):
    """A ledger in which something is done when a test says so."""

    version = 1

    def known(self):
        return State(self.version, "1", "2026-01-15")


def asked_at_once(site, watch, times):
    """The bodies that so many get who ask a site for one page at once, each in one piece."""

    async def ask(cached):
        parts = []

        async def send(message):
            parts.append(message.get("body", b""))

        scope = {"type": "http", "method": "GET", "path": "/", "scheme": "http", "headers": []}
        await cached({**scope, "query_string": b""}, None, send)
        return b"".join(parts)

    async def ask_all():
        cached = Cached(site, watch=watch, answers=Answers(1_000_000))
        return await asyncio.gather(*(ask(cached) for _ in range(times)))

    return asyncio.run(ask_all())


def test_who_waited_while_the_ledger_moved_gets_the_newer_page_made_once():
    watch, made = Moving(), []

    async def site(scope, receive, send):
        made.append(watch.version)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0)
        body = str(watch.version).encode()
        watch.version = 2
        await send({"type": "http.response.body", "body": body})

    assert asked_at_once(site, watch, 8) == [b"1"] + [b"2"] * 7
    assert made == [1, 2]


def test_nobody_waits_until_another_has_fetched_what_is_not_kept():
    met = asyncio.Barrier(3)  # all three are on their way at once, or none arrives

    async def site(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * (LARGEST + 1), "more_body": True})
        await met.wait()
        await send({"type": "http.response.body", "body": b"end"})

    bodies = asked_at_once(site, AlwaysKnown(), 3)
    assert {len(body) for body in bodies} == {LARGEST + 4}
