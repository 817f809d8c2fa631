"""A simulated carrier and phones. It knows Twilio's behaviour, and nothing about the server it calls."""

from hotline.simulator.call import Call, Placed, Ring, Rung
from hotline.simulator.line.behaviour import Behaviour, accepting, named
from hotline.simulator.line.clock import RealTime, Virtual
from hotline.simulator.line.delivery import DuplicatingTransport, RoundRobinTransport, UnreliableTransport
from hotline.simulator.line.http_transport import HttpTransport
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.phones import Phone
from hotline.simulator.line.quirks import CarrierQuirks
from hotline.simulator.line.transport import WsgiTransport
from hotline.simulator.line.violations import CallFailed, RestError, SimulatorError, Violation, Violations
from hotline.simulator.record import CallRecord, record
from hotline.simulator.script import run_call
from hotline.simulator.world import World

__all__ = [
    "Behaviour",
    "Call",
    "CallFailed",
    "CallRecord",
    "CarrierQuirks",
    "DuplicatingTransport",
    "HttpTransport",
    "Line",
    "Phone",
    "Placed",
    "RealTime",
    "RestError",
    "Ring",
    "RoundRobinTransport",
    "Rung",
    "SimulatorError",
    "UnreliableTransport",
    "Violation",
    "Violations",
    "Virtual",
    "World",
    "WsgiTransport",
    "accepting",
    "named",
    "record",
    "run_call",
]
