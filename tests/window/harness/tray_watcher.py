#!/usr/bin/python3
"""The part of a desktop panel that tray icons register with: org.kde.StatusNotifierWatcher.

Prints "ready" once it owns the name. Icons whose program has gone are forgotten.
"""
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.kde.StatusNotifierWatcher"
PROPERTIES = "org.freedesktop.DBus.Properties"

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()


class Watcher(dbus.service.Object):
    def __init__(self):
        self.owner = dbus.service.BusName(NAME, bus, do_not_queue=True)
        super().__init__(bus, "/StatusNotifierWatcher")
        self.icons = {}
        bus.add_signal_receiver(self.left, "NameOwnerChanged", "org.freedesktop.DBus")

    def left(self, name, _before, now):
        if not now and self.icons.pop(str(name), None):
            self.StatusNotifierItemUnregistered(str(name))

    @dbus.service.method(NAME, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, where, sender=None):
        self.icons[str(sender)] = str(where) if where.startswith("/") else "/StatusNotifierItem"
        self.StatusNotifierItemRegistered(str(sender) + self.icons[str(sender)])

    @dbus.service.method(NAME, in_signature="s")
    def RegisterStatusNotifierHost(self, _where):
        pass

    @dbus.service.signal(NAME, signature="s")
    def StatusNotifierItemRegistered(self, _item):
        pass

    @dbus.service.signal(NAME, signature="s")
    def StatusNotifierItemUnregistered(self, _item):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {
            "RegisteredStatusNotifierItems": dbus.Array([n + p for n, p in self.icons.items()], signature="s"),
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
        }


watcher = Watcher()
print("ready", flush=True)
sys.stdout.close()
GLib.MainLoop().run()
