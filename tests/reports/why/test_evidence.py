from engine.scheduler.remedies.evidence import Shortage
from reports.why.evidence import in_words


def test_room_that_is_promised_to_others_is_told_beside_what_is_free():
    shortage = Shortage("cpu", wanted=1000, free=-650, allocatable=4000, kept=1500)
    assert in_words(shortage) == (
        "850m of 4 cpu free but for 1500m that nominated pods are promised, 1 requested"
    )


def test_room_that_is_not_there_is_told_as_it_is():
    assert in_words(Shortage("memory", 2**31, 2**30, 2**32)) == (
        "1Gi of 4Gi memory free, 2Gi requested"
    )
