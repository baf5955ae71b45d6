#!/usr/bin/python3
"""The part of a desktop that shows notifications: org.freedesktop.Notifications.

Writes each call as a line of JSON to the file named by its argument. A click is done by calling
Click(number) of the interface dev.drawbridge.Story. Prints "ready" once it owns the name.
"""
import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()


class Notifications(dbus.service.Object):
    def __init__(self, log):
        self.owner = dbus.service.BusName(NAME, bus, do_not_queue=True)
        super().__init__(bus, "/org/freedesktop/Notifications")
        self.log = log
        self.last = 0

    def note(self, **said):
        print(json.dumps(said), file=self.log, flush=True)

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, expires):
        self.last = int(replaces) or self.last + 1
        shown = {"app": str(app), "title": str(summary), "body": str(body), "actions": [str(each) for each in actions]}
        self.note(shown=self.last, **shown)
        return dbus.UInt32(self.last)

    @dbus.service.method(NAME, in_signature="u")
    def CloseNotification(self, number):
        self.note(closed=int(number))
        self.NotificationClosed(number, 3)

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body"]

    @dbus.service.method("dev.drawbridge.Story", in_signature="u")
    def Click(self, number):
        self.ActionInvoked(number, "default")

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, _number, _reason):
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, _number, _action):
        pass


notifications = Notifications(open(sys.argv[1], "a"))
print("ready", flush=True)
sys.stdout.close()
GLib.MainLoop().run()
