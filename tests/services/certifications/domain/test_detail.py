"""The numbered progress tree, the explanations and the history of one certification."""

from services.certifications.domain import (
    AssignedNumber,
    Detail,
    Progress,
    detail,
    evaluate,
    reason,
)
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, passed

CCNA_PASS = "passed 200-301 Cisco Certified Network Associate (CCNA) on 1 April 2021"


def lines(progress: tuple[Progress, ...]) -> list[str]:
    """The tree as rows such as "1.1 - (0/1) text"."""
    found: list[str] = []
    for node in progress:
        found += [f"{node} {node.text}", *lines(node.children)]
    return found


def sentences(found: Detail) -> dict[str, str]:
    return {one.subject: one.sentence for one in found.explanations}


def test_the_guides_tree_of_a_held_ccna(cisco: Programme) -> None:
    found = detail(cisco, passed("200-301 2021-04-01"), day("2023-05-05"), "CCNA")
    assert lines(found.progress) == [
        "1 - (0/1) Meet one of these",
        "1.1 - (0/1) Pass one associate, concentration, core, expert written or expert lab exam",
        "1.2 - (0/30) Earn 30 continuing education credits",
    ]
    (evidence,) = found.progress[0].children[0].evidence
    assert not evidence.counts
    assert evidence.why == ("only passes after 1 April 2021, when the present term began, renew it")


def test_nothing_yet(cisco: Programme) -> None:
    found = detail(cisco, [], day("2026-11-22"), "CCNP-Enterprise")
    assert found.standing.status == "not_earned"
    assert lines(found.progress) == [
        "1 - (0/2) Meet all of these on the same day",
        "1.1 - (0/1) Pass the core exam 350-401 ENCOR",
        "1.2 - (0/1) Pass one concentration exam",
    ]
    assert not found.progress[0].satisfied
    assert found.history == ()
    assert sentences(found) == {
        "status": "On 22 November 2026 CCNP Enterprise is not earned: its requirements are not met."
    }


def test_half_of_it_and_what_no_longer_counts(cisco: Programme) -> None:
    facts = passed("350-401 2021-01-10", "300-410 2024-06-01")
    root = detail(cisco, facts, day("2024-06-01"), "CCNP-Enterprise").progress[0]
    core, concentration = root.children
    assert (str(root), root.satisfied) == ("1 - (1/2)", False)
    assert (str(core), core.satisfied) == ("1.1 - (0/1)", False)
    assert (str(concentration), concentration.satisfied) == ("1.2 - (1/1)", True)
    assert core.evidence[0].why == (
        "a pass counts for 3 years; this one's last day was 10 January 2024"
    )
    assert concentration.evidence[0].why == "the pass counts through 1 June 2027"
    assert concentration.evidence[0].fact == "registration-1"


def test_renewal_options_of_a_professional(cisco: Programme) -> None:
    facts = passed("350-401 2021-01-10", "300-410 2021-02-01", "300-415 2022-01-01")
    root = detail(cisco, facts, day("2022-02-02"), "CCNP-Enterprise").progress[0]
    assert [str(child) for child in root.children] == [
        "1.1 - (0/1)",
        "1.2 - (1/2)",
        "1.3 - (0/1)",
        "1.4 - (0/1)",
        "1.5 - (0/80)",
        "1.6 - (1/2)",
    ]
    assert [(one.fact, one.counts) for one in root.children[1].evidence] == [
        ("registration-2", True),
        ("registration-1", False),
    ]


def test_the_same_exam_counts_once(cisco: Programme) -> None:
    facts = passed(
        "350-401 2021-01-10", "300-410 2021-02-01", "300-415 2022-01-01", "300-415 2022-03-01"
    )
    root = detail(cisco, facts, day("2022-04-04"), "CCNP-Enterprise").progress[0]
    assert str(root.children[1]) == "1.2 - (1/2)"
    assert [(one.counts, one.why) for one in root.children[1].evidence][:2] == [
        (True, "the pass counts through 1 March 2025"),
        (False, "the same exam counts once, and the later pass is used"),
    ]


def test_an_expired_certification_shows_what_earns_it_again(cisco: Programme) -> None:
    found = detail(cisco, passed("200-301 2021-04-01"), day("2024-04-02"), "CCNA")
    assert lines(found.progress) == [
        "1 - (0/1) Pass 200-301 Cisco Certified Network Associate (CCNA)"
    ]
    assert [(line.date, line.text) for line in found.history] == [
        (day("2024-04-01"), "Expired: 1 April 2024 was its last day."),
        (day("2021-04-01"), f"Earned on 1 April 2021: {CCNA_PASS}."),
    ]
    assert sentences(found)["status"] == (
        "On 2 April 2024 CCNA is expired: its last day was 1 April 2024 and nothing renewed it "
        "by then."
    )


def test_a_lab_shows_what_must_be_valid_on_its_day(cisco: Programme) -> None:
    facts = passed("CCIE-EI-LAB 2021-01-10", "350-401 2021-02-01")
    code = "CCIE-EnterpriseInfrastructure"
    found = detail(cisco, facts, day("2021-02-01"), code)
    assert [line.split(" ", 3)[:3] for line in lines(found.progress)] == [
        ["1", "-", "(0/1)"],
        ["1.1", "-", "(1/1)"],
    ]
    assert found.progress[0].evidence[0].why == (
        "on 10 January 2021 this was not met: "
        "Hold a valid pass of 350-401 ENCOR on the day of the lab"
    )


def test_a_prerequisite_that_is_active_and_one_that_is_not(juniper: Programme) -> None:
    facts = passed("JN0-106 2021-05-01")
    active = detail(juniper, facts, day("2024-05-01"), "JNCIS-ENT").progress[0].children[0]
    assert (str(active), active.text) == ("1.1 - (1/1)", "Hold an active JNCIA-Junos")
    expired = detail(juniper, facts, day("2024-05-02"), "JNCIS-ENT").progress[0].children[0]
    assert str(expired) == "1.1 - (0/1)"
    assert expired.evidence[0].why == "it expired: its last day was 1 May 2024"


def test_every_date_is_explained_as_sentence_and_as_data(cisco: Programme) -> None:
    facts = passed("200-301 2021-04-01", "350-401 2024-02-29")
    found = detail(cisco, facts, day("2024-03-01"), "CCNA")
    core = "passed 350-401 Implementing Cisco Enterprise Network Core Technologies (ENCOR)"
    assert sentences(found) == {
        "status": "On 1 March 2024 CCNA is active: 28 February 2027 is its last day.",
        "started_on": f"Earned on 1 April 2021: {CCNA_PASS}.",
        "active_on": f"Renewed on 29 February 2024: {core} on 29 February 2024.",
        "expires_on": "3 years after 29 February 2024, the day the requirement was met; valid "
        "through the whole of 28 February 2027 (America/Los_Angeles). "
        "2027 has no 29 February, so the last day is the 28th.",
    }
    started, active, expires = found.explanations[1:]
    assert (started.date, started.rule) == (day("2021-04-01"), "certifications.CCNA.requires")
    assert [fact.id for fact in started.facts] == ["registration-0"]
    assert active.rule == "policies.cisco-2020-02-24.levels.associate.renewal"
    assert (expires.date, expires.policy) == (day("2027-02-28"), "cisco-2020-02-24")
    assert [(fact.kind, fact.id, fact.day) for fact in expires.facts] == [
        ("exam_pass", "registration-1", day("2024-02-29"))
    ]


def test_an_extension_names_what_carried_it(juniper: Programme) -> None:
    facts = passed("JN0-106 2021-05-01", "JN0-352 2022-06-15", "JN0-650 2023-08-20")
    term = evaluate(juniper, facts, day("2024-01-01"))["JNCIA-Junos"].cycle
    assert term is not None
    assert reason(juniper, term) == (
        "Extended on 20 August 2023 together with JNCIP-ENT, while it was still active: "
        "JNCIS-ENT was active on 20 August 2023 and passed JN0-650 Enterprise Routing and "
        "Switching, Professional (JNCIP-ENT) on 20 August 2023."
    )
    assert term.rule == "policies.juniper-3-years.extends"


def test_a_number_is_explained(cisco: Programme) -> None:
    facts = [*passed("350-401 2021-03-01", "CCIE-EI-LAB 2021-06-01"), AssignedNumber("ccie", 1024)]
    found = detail(cisco, facts, day("2021-06-01"), "CCIE-EnterpriseInfrastructure")
    assert sentences(found)["number"].startswith("CCIE number 1024 is this person's one number")


def test_looking_from_before_any_policy(cisco: Programme) -> None:
    found = detail(cisco, passed("350-001 1992-01-01"), day("1992-06-01"), "CCNA")
    assert found.progress == ()
    assert found.explanations[0].policy is None
