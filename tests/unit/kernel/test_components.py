"""Plug-ins by interface and name; listeners in the order they came."""

from __future__ import annotations

import pytest
from zope.interface import Interface, Invalid, implementer

from hoso.kernel.components import Plugins, add_plugin
from hoso.kernel.errors import Missing
from hoso.kernel.events import Subscribers


class IStamp(Interface):
    def press(paper):  # noqa: N805 - interface methods take no self
        """Return the paper, stamped."""


@implementer(IStamp)
class Round:
    def press(self, paper):
        return f"o {paper}"


class Nothing:
    pass


@pytest.fixture
def plugins():
    made = Plugins()
    made.register(IStamp, Round(), name="round")
    return made


def test_a_plugin_is_found_by_interface_and_name(plugins):
    assert plugins.get(IStamp, "round").press("14") == "o 14"


def test_a_failed_look_up_says_what_there_is(plugins):
    plugins.register(IStamp, Round(), name="oval")

    with pytest.raises(Missing, match="no IStamp named 'square'; there are: oval, round"):
        plugins.get(IStamp, "square")


def test_a_look_up_among_none_says_none():
    with pytest.raises(Missing, match="there are: none"):
        Plugins().get(IStamp, "round")


def test_two_plugins_do_not_share_a_name(plugins):
    with pytest.raises(ValueError, match="round"):
        plugins.register(IStamp, Round(), name="round")


def test_what_does_not_keep_the_contract_is_not_registered(plugins):
    with pytest.raises(Invalid):
        plugins.register(IStamp, Nothing(), name="nothing")


def test_everything_registered_can_be_listed(plugins):
    assert [(interface, name) for interface, name, _ in plugins.all()] == [(IStamp, "round")]


def one_package(config):
    config.add_plugin(IStamp, Round(), name="round")


def another_package(config):
    config.add_plugin(IStamp, Round(), name="round")


def test_two_packages_that_claim_one_name_stop_the_start():
    from pyramid.config import Configurator
    from pyramid.exceptions import ConfigurationConflictError

    config = Configurator(settings={})
    config.registry.plugins = Plugins()
    config.add_directive("add_plugin", add_plugin)
    config.include(one_package)
    config.include(another_package)

    with pytest.raises(ConfigurationConflictError):
        config.commit()


class Happened:
    pass


class Filed(Happened):
    pass


def test_listeners_hear_of_their_event_and_those_below_it_in_order():
    heard = []
    subscribers = Subscribers()
    subscribers.subscribe(Happened, lambda event, root: heard.append(("first", event, root)))
    subscribers.subscribe(Filed, lambda event, root: heard.append(("second", event, root)))
    filed, happened = Filed(), Happened()

    subscribers.notify(filed, "root")
    subscribers.notify(happened, "root")

    assert heard == [
        ("first", filed, "root"),
        ("second", filed, "root"),
        ("first", happened, "root"),
    ]
