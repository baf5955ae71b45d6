#!/usr/bin/python3
"""Reads the tray icon of a process over D-Bus, or clicks in its menu.

tray.py PID show          one JSON object: icon, menu
tray.py PID click WORDS   clicks the line with exactly these words (in a submenu too)
"""
import json
import sys
import time

import dbus

ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"
bus = dbus.SessionBus()


def find(pid):
    watcher = bus.get_object("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher")
    items = watcher.Get("org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems", dbus_interface=PROPERTIES)
    daemon = bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus")
    for item in items:
        name, path = item.split("/", 1)
        if daemon.GetConnectionUnixProcessID(name, dbus_interface="org.freedesktop.DBus") == pid:
            return name, "/" + path
    raise SystemExit("that process has no icon in the tray")


def lines(node):
    found = []
    for child in node[2]:
        number, properties = int(child[0]), child[1]
        if str(properties.get("type", "")) == "separator" or not properties.get("visible", True):
            continue
        found.append({
            "id": number,
            "words": str(properties.get("label", "")).replace("_", ""),
            "enabled": bool(properties.get("enabled", True)),
            "lines": lines(child),
        })
    return found


def flat(found):
    for line in found:
        yield line
        yield from flat(line["lines"])


name, path = find(int(sys.argv[1]))
properties = bus.get_object(name, path).GetAll(ITEM, dbus_interface=PROPERTIES)
menu = dbus.Interface(bus.get_object(name, properties["Menu"]), MENU)
menu.AboutToShow(0)
_, root = menu.GetLayout(0, -1, [])
found = lines(root)
if sys.argv[2] == "show":
    print(json.dumps({"icon": str(properties["IconName"]), "menu": found}))
else:
    wanted = [line for line in flat(found) if line["words"] == sys.argv[3] and line["enabled"]]
    if not wanted:
        raise SystemExit(f"no line {sys.argv[3]!r} to click in {[line['words'] for line in flat(found)]}")
    menu.Event(wanted[0]["id"], "clicked", dbus.String("", variant_level=1), dbus.UInt32(int(time.time()) & 0x7FFFFFFF))
