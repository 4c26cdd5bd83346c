import math

import fastjsonschema
import numpy as np
import pytest
from text_play import legal_actions, returns, started

from rewardsmith.envs.text.structured.tool_call import EasyToolCall, ToolCall
from rewardsmith.envs.text.structured.tool_catalogue import DETAILS, FULL, SCHEMAS, WISHES
from rewardsmith.envs.text.structured.tool_schemas import call_schema, json_value

ARGUMENTS, TOKENS, TOOLS, VALUES = FULL.arguments, FULL.tokens, FULL.tools, FULL.values
END = TOKENS.index("end")
LEVELS = pytest.mark.parametrize("level", [ToolCall, EasyToolCall], ids=lambda level: level.spec.name)
PROGRESS = ("tool_matches", "names_matched", "values_matched", "schema_valid", "call_complete")
TWIN = dict(zip(TOOLS, (TOOLS[1], TOOLS[0], TOOLS[3], TOOLS[2]), strict=True))


def understood(task):
    """Tool and {argument: value} of each world, from what the policy sees and the words' meaning."""
    seen = {field.name: task.fields()[field.name] for field in task.spec.fields if field.observed}
    calls = []
    for world in range(task.num_worlds):
        word = {
            name: task.spec.field(name).labels[seen[name][world]]
            for name in ("wish", *(f"{argument}_phrase" for argument in ARGUMENTS))
        }
        values = {
            name: DETAILS[name][word[f"{name}_phrase"]]
            for name in ARGUMENTS
            if word[f"{name}_phrase"] != "none"
        }
        calls.append((WISHES[word["wish"]], values))
    return calls


def tokens_of(tool, values):
    words = [tool, *(word for name, value in values.items() for word in (f"{name}=", value))]
    return [TOKENS.index(word) for word in words]


def written(calls, *, end=True):
    """(10, B) tokens of the calls, filled up with their end or, without one, with unknown tokens."""
    texts = [tokens_of(*call) + [END] * end for call in calls]
    return np.array([text + [END if end else -1] * (10 - len(text)) for text in texts]).T


def play(task, rows):
    for tokens in rows:
        task.step(tokens)
    return task.fields()


def legal_rows(task, rng, steps):
    for _ in range(steps):
        yield legal_actions(task, rng)


def test_a_solver_that_knows_the_words_always_succeeds():
    task = started(ToolCall, 1000, 0)
    fields = play(task, written(understood(task)))
    assert task.success().all() and task.terminated().all() and (task.metric() == 1.0).all()
    assert not fields["illegal_actions"].any()
    for name in PROGRESS:
        assert (fields[name] == 1).all(), name


def test_the_order_of_arguments_is_free():
    task, rng = started(ToolCall, 1000, 1), np.random.default_rng(2)
    shuffled = [
        (tool, {name: values[name] for name in rng.permutation(list(values))})
        for tool, values in understood(task)
    ]
    play(task, written(shuffled))
    assert task.success().all()


def test_every_wish_phrase_and_number_of_arguments_occurs():
    task = started(ToolCall, 5000, 3)
    calls = understood(task)
    assert set(np.unique(task.fields()["wish"])) == set(range(len(WISHES)))
    assert {value for _, values in calls for value in values.values()} == set(VALUES)
    assert {tool for tool, _ in calls} == set(TOOLS)
    assert {len(values) for _, values in calls} == {2, 3}
    for tool, values in calls:
        required, optional = SCHEMAS[tool]
        assert set(required) <= set(values) <= {*required, optional}


def test_a_phrase_number_is_no_key_to_its_value():
    for phrases in DETAILS.values():
        assert list(phrases.values()) != sorted(phrases.values())


def test_hidden_fields_tell_nothing_before_the_first_token():
    task = started(ToolCall, 1000, 4)
    for field in task.spec.fields:
        if not field.observed:
            assert len(np.unique(task.fields()[field.name])) == 1, field.name


@pytest.mark.parametrize(("level", "once_in"), [(ToolCall, 350_000), (EasyToolCall, 3_650)])
def test_the_chance_of_a_blind_call(level, once_in):
    task = started(level, 4000, 5)
    orders = np.array([float(math.factorial(asked)) for asked in (task.phrases > 0).sum(axis=1)])
    chance = orders
    while not task.terminated().all():
        chance = chance / np.where(task.terminated(), 1, task.action_masks().sum(axis=1))
        task.step(task.scripted_actions())
    assert task.success().all()
    assert 0.9 < chance.mean() * once_in < 1.1


def test_random_grammatical_play_hardly_ever_succeeds():
    task, rng = started(ToolCall, 50_000, 6), np.random.default_rng(7)
    for tokens in legal_rows(task, rng, 10):
        task.step(tokens)
    assert task.terminated().all()
    assert task.success().mean() < 2e-4


def test_masks_follow_the_plain_rules_of_a_call():
    task, rng = started(ToolCall, 300, 8), np.random.default_rng(9)
    for _ in range(11):
        fields, masks = task.fields(), task.action_masks()
        for world in range(300):
            if fields["call_complete"][world]:
                legal = {"end"}
            elif fields["tool"][world] == 0:
                legal = set(TOOLS)
            elif fields["awaiting"][world]:
                legal = set(VALUES)
            else:
                empty = [
                    name
                    for name, value in zip(ARGUMENTS, fields["argument_values"][world], strict=True)
                    if not value
                ]
                legal = {f"{name}=" for name in empty} | {"end"}
            assert {TOKENS[token] for token in np.flatnonzero(masks[world])} == legal
        task.step(next(legal_rows(task, rng, 1)))


def with_twin_tool(tool, values):
    return TWIN[tool], values


def without_the_optional(tool, values):
    return tool, {name: value for name, value in values.items() if name != SCHEMAS[tool][1]}


def with_an_unasked_optional(tool, values):
    name = SCHEMAS[tool][1]
    return tool, {**values, name: sorted(DETAILS[name].values())[0]}


def with_another_value(tool, values):
    return tool, {**values, "date": next(day for day in DETAILS["date"].values() if day != values["date"])}


def with_a_value_of_another_type(tool, values):
    return tool, {**values, "date": "paris"}


def without_a_required(tool, values):
    return tool, {name: value for name, value in values.items() if name != "date"}


def with_an_unknown_argument(tool, values):
    unknown = "contact" if tool.endswith("room") else "guests"
    return tool, {**values, unknown: sorted(DETAILS[unknown].values())[0]}


@pytest.mark.parametrize(
    ("defect", "arguments", "lowered"),
    [
        (with_twin_tool, (2, 3), {"tool_matches"}),
        (without_the_optional, (3,), {"names_matched"}),
        (with_an_unasked_optional, (2,), {"names_matched"}),
        (with_another_value, (2, 3), {"values_matched"}),
        # The schema's own faults are by nature faults of the match as well.
        (with_a_value_of_another_type, (2, 3), {"schema_valid", "values_matched"}),
        (without_a_required, (2, 3), {"schema_valid", "names_matched"}),
        (with_an_unknown_argument, (2, 3), {"schema_valid", "names_matched"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_defect_lowers_its_own_progress_alone(defect, arguments, lowered):
    task = started(ToolCall, 1000, 10)
    calls = understood(task)
    planted = np.array([len(values) in arguments for _, values in calls])
    rows = written([defect(*call) if plant else call for call, plant in zip(calls, planted, strict=True)])
    fields = play(task, rows)
    assert planted.any()
    for name in PROGRESS:
        np.testing.assert_array_equal(fields[name] == 1, ~planted | (name not in lowered), err_msg=name)
    np.testing.assert_array_equal(task.success(), ~planted)
    np.testing.assert_array_equal(task.metric() == 1.0, ~planted)


def test_a_missing_end_lowers_completeness_alone():
    task = started(ToolCall, 500, 11)
    fields = play(task, written(understood(task), end=False))
    for name in PROGRESS:
        assert (fields[name] == (name != "call_complete")).all(), name
    assert not task.success().any() and not task.terminated().any()


def test_progress_counts_shares_as_the_call_grows():
    task = ToolCall(1)
    # The wish "somewhere to sleep" with all three arguments: city rome, date wednesday, guests 6.
    task.reset(np.arange(1), np.zeros((1, task.draws)))
    assert understood(task) == [("book_room", {"city": "rome", "date": "wednesday", "guests": "6"})]
    expected = [
        ("book_room", 1, 0, 0, False),
        ("city=", 1, 1 / 3, 0, False),
        ("paris", 1, 1 / 3, 0, False),
        ("date=", 1, 2 / 3, 0, False),
        ("wednesday", 1, 2 / 3, 1 / 2, True),
        ("contact=", 1, 2 / 4, 1 / 2, False),
        ("bo", 1, 2 / 4, 1 / 2, False),
        ("guests=", 1, 3 / 4, 1 / 3, False),
        ("6", 1, 3 / 4, 2 / 3, False),
    ]
    for word, tool, names, values, schema in expected:
        task.step(np.array([TOKENS.index(word)]))
        got = {name: task.fields()[name][0] for name in PROGRESS[:4]}
        assert got == pytest.approx(
            {"tool_matches": tool, "names_matched": names, "values_matched": values, "schema_valid": schema}
        ), word


def test_the_human_reward_of_a_solved_episode_is_its_maximum():
    task = started(ToolCall, 1000, 12)
    total, terms = returns(task, written(understood(task)))
    assert (total == 6.0).all()
    for name, most in {"tool": 1, "names": 1, "values": 2, "schema": 1, "match": 1}.items():
        np.testing.assert_allclose(terms[name], most, atol=1e-12, err_msg=name)


def test_a_failed_episode_stays_below_the_maximum_of_the_human_reward():
    task, rng = started(ToolCall, 4000, 13), np.random.default_rng(14)
    calls = written(understood(task))
    slips = rng.random(calls.shape) < 0.05
    total, terms = returns(task, np.where(slips, rng.integers(-1, len(TOKENS) + 1, calls.shape), calls))
    success, fields = task.success(), task.fields()
    assert 0 < success.sum() < 4000
    np.testing.assert_allclose(total[success], 6.0, atol=1e-12)
    assert total[~success].max() < 5.5
    np.testing.assert_array_equal(terms["match"], success)
    np.testing.assert_array_equal(terms["schema"], fields["schema_valid"] & fields["call_complete"])


def test_text_reads_as_a_wish_and_a_call():
    task = ToolCall(1)
    task.reset(np.arange(1), np.zeros((1, task.draws)))
    wish = (
        "wish: somewhere to sleep\ncity: the Eternal City\ndate: the day before Thursday\n"
        "guests: half a dozen\ncall: "
    )
    assert task.render_text(0) == wish
    for word, call in [
        ("book_room", "book_room("),
        ("date=", "book_room(date="),
        ("monday", "book_room(date=monday"),
        ("end", "book_room(date=monday)"),
    ]:
        task.step(np.array([TOKENS.index(word)]))
        assert task.render_text(0) == wish + call


@LEVELS
def test_the_schemas_verdict_is_that_of_the_library_on_random_calls(level):
    task, rng = started(level, 4000, 15), np.random.default_rng(16)
    words = level.catalogue
    validate = {tool: fastjsonschema.compile(call_schema(words, tool)) for tool in words.tools}
    verdicts = set()
    for tokens in legal_rows(task, rng, 8):
        task.step(tokens)
        fields = task.fields()
        for world in range(4000):
            tool = fields["tool"][world]
            call = {
                name: json_value(words.values[value - 1])
                for name, value in zip(words.arguments, fields["argument_values"][world], strict=True)
                if value
            }
            expected = False
            if tool and not fields["awaiting"][world]:
                try:
                    validate[words.tools[tool - 1]](call)
                    expected = True
                except fastjsonschema.JsonSchemaValueException:
                    pass
            assert fields["schema_valid"][world] == expected, call
            verdicts.add((expected, len(call)))
    assert {(True, 2), (True, 3), (False, 2), (False, 3)} <= verdicts


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ({"city": "rome", "date": "monday"}, None),
        ({"city": "rome", "date": "monday", "guests": 2}, None),
        ({"city": "rome", "date": "monday", "guests": "2"}, "guests must be integer"),
        ({"city": "rome", "date": "monday", "guests": 8}, "smaller than or equal to 7"),
        ({"city": "monday", "date": "rome"}, "city must be one of"),
        ({"date": "monday"}, r"must contain \['city'\]"),
        ({"city": "rome", "date": "monday", "contact": "sam"}, "must not contain"),
    ],
)
def test_the_schema_of_booking_a_room_says_what_is_wrong(call, fault):
    validate = fastjsonschema.compile(call_schema(FULL, "book_room"))
    if fault is None:
        assert validate(call) == call
    else:
        with pytest.raises(fastjsonschema.JsonSchemaValueException, match=fault):
            validate(call)


@LEVELS
def test_every_instance_is_drawn_equally_often_and_a_fifth_is_held_out(level):
    keys = {}
    for kind in (level, level.held_out()):
        task = kind(20_000)
        task.reset(np.arange(20_000), (np.arange(20_000)[:, None] + 0.5) / 20_000)
        keys[kind.split] = [task.instance_key(world) for world in range(20_000)]
        counts = np.unique([hash(key) for key in keys[kind.split]], return_counts=True)[1]
        assert counts.max() - counts.min() <= 1
    train, held_out = set(keys["train"]), set(keys["held-out"])
    assert not train & held_out
    assert len(train | held_out) == level.catalogue.instance_count
    assert len(held_out) == round(0.2 * level.catalogue.instance_count)


@LEVELS
def test_all_that_held_out_instances_need_occurs_in_training(level):
    """Every wish with every number of arguments, and every phrase, so that the rest is composition."""
    seen = {}
    for kind in (level, level.held_out()):
        task = kind(4000)
        task.reset(np.arange(4000), np.random.default_rng(17).random((4000, task.draws)))
        asked = (task.phrases > 0).sum(axis=1)
        phrases = {(column, phrase) for row in task.phrases.tolist() for column, phrase in enumerate(row)}
        seen[kind.split] = phrases | set(zip(task.wish.tolist(), asked.tolist(), strict=True))
    assert seen["held-out"] <= seen["train"]
