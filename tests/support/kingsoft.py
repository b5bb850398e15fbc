"""Kingsoft's own hands on `publish.xml`: its page, its relay, and its tool for developers.

Page and tool are those of the npm package wpsjs, run as they are. The relay is a part of WPS; it is
stood in for by what the page sends to it and reads from it, and by what it is known to write.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

WPSJS = Path(__file__).parents[1] / "tools" / "node_modules" / "wpsjs" / "src" / "lib"
_RELAY = "58890"
"""The port of the relay, as the page knows it."""

Addin = dict[str, str]


def page(offered: list[Addin], port: int) -> str:
    """Return Kingsoft's page that offers add-ins, as `wpsjs publish` makes it, for a relay's port."""
    text = (WPSJS / "res" / "publish.html").read_text("utf-8")
    text = text.replace("PUBLISH_REPLACE_STRING", json.dumps(offered), 1)
    text = text.replace("SERVERID_REPLEASE_STRING", "undefined", 1)
    assert text.count(_RELAY) >= 4
    return text.replace(_RELAY, str(port))


class Relay(ThreadingHTTPServer):
    """The relay of a WPS, over one list of add-ins.

    Attributes:
        file: `publish.xml`.
        forgets: Whether what the page takes away leaves the list; else it is only switched off.
        offered: What the page offers.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.file, self.forgets, self.offered = file, False, list[Addin]()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_port}/publish.html"

    def listed(self) -> list[Addin]:
        """Return the add-ins as the page reads them."""
        if not self.file.exists():
            return []
        return [
            {
                "name": one.get("name", ""),
                "addonType": one.get("type", ""),
                "online": "true" if one.tag == "jspluginonline" else "false",
                "url": one.get("url", ""),
                "version": one.get("version", ""),
                "enable": "false" if one.get("enable") == "false" else "true",
                "customDomain": one.get("customDomain", ""),
            }
            for one in ET.parse(self.file).getroot()
        ]

    def change(self, wanted: dict[str, Any]) -> None:
        """Do what the page asks for, and write the whole list anew."""
        root = ET.parse(self.file).getroot() if self.file.exists() else ET.Element("jsplugins")
        for one in list(root):
            if (one.get("name"), one.get("type")) == (wanted["name"], wanted["addonType"]):
                if self.forgets or wanted["cmd"] == "enable":
                    root.remove(one)
                else:
                    one.set("enable", "false")
        if wanted["cmd"] == "enable":
            online = wanted["online"] == "true"
            new = ET.SubElement(root, "jspluginonline" if online else "jsplugin")
            for key in ("name", "url", "version", "customDomain"):
                new.set(key, str(wanted.get(key) or ""))
            new.set("type", wanted["addonType"])
            new.set("enable", "enable_dev")
        ET.ElementTree(root).write(self.file, "utf-8", xml_declaration=True)


class _Answer(BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        if self.path == "/publish.html":
            self._say(page(self.server.offered, self.server.server_port), "text/html")
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/version":
            self._say("1.0.1")
        elif self.path == "/publishlist":
            self._say(json.dumps(self.server.listed()))
        elif self.path == "/redirect/runParams":
            self._say("<customUI")
        elif self.path == "/deployaddons/runParams":
            self.server.change(json.loads(base64.b64decode(body)))
            self._say("OK")
        else:
            self.send_error(404)

    def _say(self, text: str, kind: str = "text/plain") -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def relay(file: Path) -> Iterator[Relay]:
    """Yield a relay that answers."""
    with Relay(file) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


_DEVELOPER = """
const vm = require('vm'), fs = require('fs'), path = require('path');
const [source, modules, name] = process.argv.slice(1);
const project = {projectCfg: () => ({name: name, addonType: 'et', customDomain: ''})};
const known = {
  os: {platform: () => 'linux'}, fs: fs, path: path, './util.js': project,
  'xml2js': require(path.join(modules, 'xml2js')),
  'fs-extra': {
    existsSync: fs.existsSync, readFileSync: fs.readFileSync,
    ensureDirSync: (folder) => fs.mkdirSync(folder, {recursive: true}),
  },
};
const app = () => ({}), other = new Proxy(function () {}, {get: () => other, apply: () => ({})});
const code = fs.readFileSync(source, 'utf8') + '\\n;configPublish("http://127.0.0.1:3901", 3901)';
vm.runInNewContext(code, {
  require: (wanted) => known[wanted] || other, module: {}, process: process, console: console,
  publishXml: '', Buffer: Buffer,
});
"""


def develop(name: str) -> None:
    """Register an add-in in HOME's list as `wpsjs debug` does, by its own code."""
    source, modules = WPSJS / "debug_publish.js", WPSJS.parents[2]
    subprocess.run(
        ["node", "-e", _DEVELOPER, str(source), str(modules), name], check=True, timeout=60
    )
