import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from bench.text.reply_unit import FAIR, STRONG, WeakLabel, weak_label
from nlp import promotion, serve, shipped, store, training
from nlp.core import area_file, artefact, category, labels, modelfile, topic, unit_kind
from nlp.core.corpus import Sample
from nlp.core.features import document
from nlp.core.places import Area, Gazetteer
from nlp.core.unit_kind import Catalogue, Duty
from nlp.models import TrainedModel

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
KINDS, LEAVES = ("housing", "police", "street"), ("03.01.01", "09.03.01", "20.01.01")
DUTIES = {"03.01.01": Duty("housing", ("street",)), "09.03.01": Duty("police")}


def test_the_catalogue_puts_the_main_kind_of_the_likely_leaf_first_and_assisting_ones_behind_it():
    table = unit_kind.duty_table(LEAVES, DUTIES, KINDS)
    chances = unit_kind.by_catalogue(np.array([[0.9, 0.1, 0.0]], np.float32), table)
    assert [KINDS[at] for at in np.argsort(-chances[0])] == ["housing", "street", "police"]
    assert np.isclose(chances.sum(), 1)


def test_a_leaf_that_the_catalogue_does_not_know_says_nothing():
    table = unit_kind.duty_table(LEAVES, DUTIES, KINDS)
    assert np.allclose(unit_kind.by_catalogue(np.array([[0.0, 0.0, 1.0]], np.float32), table), 1 / 3)


# The same matters are handled by a bureau in town and by the town government in the country: only the place tells.
ESTATES = ("金桂小区", "松涛花园", "碧波苑", "翠屏苑", "蓝田家园", "白鹭小区", "港湾小区", "学府花园")
VILLAGES = ("上埠村", "青枫村", "石门村", "金稻村", "柑园村", "桐岭村", "竹溪村", "云岭村")
MATTERS = ("的垃圾堆了半个月没人清运", "门口的路灯坏了一直没人修", "的下水道堵了污水横流", "的公共厕所又脏又臭没人打扫")
THEFTS = ("电动车电瓶被偷了派出所一直没有结果", "家里进了小偷，报警后没有下文", "有人聚众赌博，请公安查处")


@cache
def trained():
    leaves = [Sample(f"{where}{matter}", "11.01.01") for where in (*ESTATES, *VILLAGES) for matter in MATTERS]
    leaves += [Sample(f"{where}{theft}", "09.01.01") for where in (*ESTATES, *VILLAGES) for theft in THEFTS]
    model, _ = category.fit(leaves, seed=1)
    catalogue = Catalogue(model, {"11.01.01": Duty("urban", ("street",)), "09.01.01": Duty("police")})
    gazetteer = Gazetteer([Area(1, "石桥", "石桥镇", "street", "石桥/")])
    texts = [(f"{where}{matter}", "urban") for where in ESTATES for matter in MATTERS]
    texts += [(f"石桥镇{where}{matter}", "street") for where in VILLAGES for matter in MATTERS]
    everywhere = (*ESTATES, *(f"石桥镇{village}" for village in VILLAGES))
    texts += [(f"{where}{theft}", "police") for where in everywhere for theft in THEFTS]
    documents = [document(text) for text, _ in texts]
    cases = catalogue.cases(documents, [gazetteer.locate(each.text) for each in documents])
    units, report = unit_kind.fit(cases, [kind for _, kind in texts], [text for text, _ in texts], catalogue, seed=1)
    return units, report, catalogue, gazetteer


def asked(text: str) -> topic.Prediction:
    units, _, catalogue, gazetteer = trained()
    each = document(text)
    return units.predict(catalogue.case(each, gazetteer.locate(each.text)), catalogue)


def test_the_place_decides_between_a_bureau_and_the_town():
    assert asked("丁香小区的垃圾没人清运").guesses[0].label == "urban"
    assert asked("石桥镇下埠村的垃圾没人清运").guesses[0].label == "street"
    assert asked("石桥镇下埠村家里进了小偷").guesses[0].label == "police"


def test_the_first_guess_comes_with_words_of_the_text_and_held_out_figures_are_reported():
    found = asked("丁香小区的路灯坏了没人修")
    assert found.guesses[0].evidence and all(word in "丁香小区的路灯坏了没人修" for word in found.guesses[0].evidence)
    assert sum(guess.confidence for guess in found.guesses) == pytest.approx(1, abs=1e-3)
    report = trained()[1]
    assert (report.texts, report.labels) == (112, 3)
    assert report.accuracy > 0.9


def test_a_stored_model_answers_as_before_and_knows_what_it_was_trained_with():
    units, _, catalogue, _ = trained()
    stored = artefact.unit_to_bytes(units)
    again = artefact.unit_from_bytes(stored)
    case = catalogue.case(document("石桥镇下埠村的垃圾没人清运"), trained()[3].locate("石桥镇"))
    assert np.array_equal(again.chances([case], catalogue), units.chances([case], catalogue))
    assert again.fits(catalogue)
    assert not again.fits(Catalogue(catalogue.category, {"11.01.01": Duty("street")}))
    assert artefact.is_unit(stored)
    with pytest.raises(artefact.UnknownFormat):
        artefact.unit_from_bytes(artefact.topic_to_bytes(units.words))


def test_without_a_trained_machine_the_catalogue_answers_with_the_words_of_the_leaf():
    catalogue = trained()[2]
    first, *_ = catalogue.guess(document("丁香小区家里进了小偷"))
    assert first.label == "police"
    assert "小偷" in first.evidence


def test_too_few_messages_are_refused():
    catalogue = trained()[2]
    cases = catalogue.cases([document("停水"), document("停电")], [trained()[3].locate(""), trained()[3].locate("")])
    with pytest.raises(topic.TooLittle):
        unit_kind.fit(cases, ["water", "power"], ["1", "2"], catalogue)


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("您好！您反映的问题已转交区住建局核实、办复。", WeakLabel("housing", STRONG)),
        ("您好！来信收悉。经查，情况属实，现已修复。 临江县教育局 2016年3月2日", WeakLabel("education", STRONG)),
        ("您好！我镇高度重视，已组织人员清运。", WeakLabel("street", STRONG)),
        ("您好！已转交红星街道办事处核处。", WeakLabel("street", STRONG)),
        ("您好！经区公安局交警大队现场核实，已增设护栏。", WeakLabel("traffic", STRONG)),
        ("您好！根据《城市供水条例》和人民政府文件规定，费用由用户承担。", WeakLabel()),
        ("您好！您反映的教育局不作为问题已收悉，我办已转相关部门。", WeakLabel()),
        ("您好！城乡居民均可参加，人民政府每年补贴。", WeakLabel()),
        ("您好！详情请咨询县民政局。", WeakLabel("civil", FAIR)),
        ("您好！感谢您对城市管理工作的关心。", WeakLabel("urban", STRONG)),
        ("", WeakLabel()),
    ],
)
def test_the_unit_that_a_reply_names_is_its_label(reply, label):
    assert weak_label(reply) == label


@pytest.mark.django_db
def test_a_promoted_model_is_served_and_one_of_another_catalogue_is_not(settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    units, report, catalogue, gazetteer = trained()
    seeds = store.keep("category", artefact.category_to_bytes(catalogue.category), scores={}, trained_on={}, now=NOW)
    store.activate(seeds)
    text, duties = "石桥镇下埠村的垃圾没人清运", catalogue.duties
    assert first_unit(text, gazetteer, duties) == "urban"

    kept = training.keep_units(artefact.unit_to_bytes(units), report, source="file", now=NOW)
    promotion.promote(kept, now=NOW)
    assert first_unit(text, gazetteer, duties) == "street"
    assert first_unit(text, gazetteer, {"11.01.01": Duty("parks"), "09.01.01": Duty("police")}) == "parks"
    assert serve.read(text, gazetteer=gazetteer).units == ()


def first_unit(text: str, gazetteer: Gazetteer, duties: dict[str, Duty]) -> str:
    serve.look_again()
    return serve.read(text, gazetteer=gazetteer, duties=duties).units[0].label


@pytest.mark.django_db
def test_a_file_of_answered_messages_becomes_a_model_that_knows_places_and_is_registered(settings, tmp_path):
    settings.MODEL_DIR, settings.VAR_DIR = tmp_path / "models", tmp_path
    (tmp_path / "text").mkdir()
    path = tmp_path / "text" / f"shipped-{shipped._stamp()}.model"
    modelfile.write(path, artefact.category_to_bytes(trained()[2].category))
    lines = [f"{where}{matter},urban" for where in ESTATES for matter in MATTERS]
    lines += [f"石桥镇{where}{matter},street" for where in VILLAGES for matter in MATTERS]
    file = written(tmp_path / "train.csv", "body,unit", lines)
    areas = written(tmp_path / "areas.csv", "name,parent,level", ["临江市,,city", "石桥镇,临江市,street"])
    asked = written(tmp_path / "ask.csv", "body", ["丁香小区的垃圾没人清运", "石桥镇下埠村的垃圾没人清运"])
    out, answers = tmp_path / "unit.model", tmp_path / "out.csv"

    call_command("text_train", file=file, label="unit", out=out, level="unit", areas=areas, register=True)
    call_command("text_predict", model=str(out), file=asked, out=answers, areas=areas, processes=1)

    assert [row["predicted"] for row in labels.rows(answers, needed=("predicted", "second"))] == ["urban", "street"]
    assert TrainedModel.objects.get(kind="unit").trained_on == {"source": "train.csv", "texts": 64}


def written(path: Path, head: str, lines: list[str]) -> Path:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["江北区,临江市,district"], "第 2 行:上级“临江市”没有出现在它的上面"),
        (["临江市,,town"], "第 2 行:level 应为"),
        (["临江市,,city", "临江市,,city"], "第 3 行:编码(或名称)“临江市”为空、重复或含有斜杠"),
    ],
)
def test_a_wrong_area_file_is_refused_with_its_row(tmp_path, lines, said):
    with pytest.raises(labels.BadFile, match=re.escape(said)):
        area_file.read(written(tmp_path / "areas.csv", "name,parent,level", lines))
