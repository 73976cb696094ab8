from __future__ import annotations

import pytest

from reviewer.errors import QueryError, ReviewerError
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.interaction import Channel
from reviewer.models.search import Count, Search
from reviewer.ui.results.loader import ResultsLoader
from reviewer.ui.results.model import ResultsModel
from reviewer.ui.results.pages import PAGE_ROWS
from tests.helpers.stores import ADMIN, make_incoming, make_store
from tests.ui.results.builders import PlainWording


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(
            make_incoming(number, recordings=(), content={}, flagged=number <= 7)
            for number in range(1, 251)
        )
        yield session


@pytest.fixture
def model(qapp):
    return ResultsModel(PlainWording())


@pytest.fixture
def loader(runner, session, model):
    return ResultsLoader(runner, session.interactions, model, model)


@pytest.fixture
def settle(qtbot, runner, loader):
    return lambda: qtbot.waitUntil(lambda: loader.settled and not runner.busy)


def search(line):
    return Search(parse_line(line), Channel.VOICE)


def test_the_first_rows_come_at_once_and_the_exact_count_follows(loader, model, settle):
    counts = []
    sizes = []
    loader.counted.connect(lambda count, exact: counts.append((count, exact)))
    loader.began.connect(lambda: sizes.append(model.rowCount()))
    loader.start(search(""), PlainWording())
    settle()
    assert sizes == [100]
    assert counts[0] == (Count(100, capped=True), False)
    assert counts[-1] == (Count(250), True)
    assert model.rowCount() == 250


def test_the_rest_is_read_once_the_first_rows_could_be_painted(loader, model, runner, qtbot):
    seen = []
    loader.began.connect(lambda: seen.append(len(runner.tasks)))
    with qtbot.waitSignal(loader.began):
        loader.start(search(""), PlainWording())
    assert seen == [0]
    assert not loader.settled
    with qtbot.waitSignal(model.rowsInserted):
        pass
    assert loader.settled
    assert model.rowCount() == 250


def test_the_rest_is_not_read_of_a_search_given_up(loader, model, settle, qtbot):
    with qtbot.waitSignal(loader.began):
        loader.start(search(""), PlainWording())
    loader.stop()
    assert loader.settled
    with qtbot.assertNotEmitted(model.rowsInserted, wait=100):
        settle()


def test_few_results_need_one_question(loader, model, settle):
    counts = []
    loader.counted.connect(lambda count, exact: counts.append((count, exact)))
    loader.start(search("flagged:yes"), PlainWording())
    settle()
    assert counts == [(Count(7), True)]
    assert model.rowCount() == 7


def test_a_newer_search_overtakes_an_older_one(loader, model, settle, runner):
    began = []
    loader.began.connect(lambda: began.append(model.total))
    loader.start(search(""), PlainWording())
    older = runner.tasks
    loader.start(search("flagged:yes"), PlainWording())
    assert all(task.progress.is_cancelled for task in older)
    settle()
    assert began == [7]
    assert model.rowCount() == 7


def test_old_rows_stay_until_the_new_ones_are_there(loader, model, settle):
    loader.start(search("flagged:yes"), PlainWording())
    settle()
    loader.start(search(""), PlainWording(), keep_rows=True)
    assert model.rowCount() == 7
    settle()
    assert model.rowCount() == 250


def test_pages_are_read_as_they_are_wanted_and_soon_those_beside_them(loader, model, settle, qtbot):
    loader.start(search(""), PlainWording())
    settle()
    assert model.cell(249, 0).text == ""
    model._ask.timeout.emit()
    settle()
    assert model.cell(249, 0).text == f"{model.interaction_id(249)}/0"
    last = 249 // PAGE_ROWS
    assert model.absent((last - 1, last)) == (last - 1,)
    qtbot.waitUntil(lambda: not model.absent(range(last - 4, last)))
    assert model.absent((last - 5,))


def test_stopping_gives_everything_up(loader, model, settle):
    loader.start(search(""), PlainWording())
    loader.stop()
    settle()
    assert model.rowCount() == 0


def test_a_search_that_makes_no_sense_is_told(loader, settle, presenter):
    failures: list[ReviewerError] = []
    loader.failed.connect(failures.append)
    wrong = Block(members=(Condition("duration", Op.GT, ("soon",)),))
    loader.start(Search(wrong, Channel.VOICE), PlainWording())
    settle()
    assert isinstance(failures[0], QueryError)
    assert presenter.presented == []
