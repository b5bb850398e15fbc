// WPS's objects in a page: every member asked for is one synchronous question to Python's stand-in.
(function (bridge, members) {
  "use strict";

  function ask(message) {
    var request = new XMLHttpRequest();
    request.open("POST", bridge, false);
    request.send(JSON.stringify(message));
    var answer = JSON.parse(request.responseText);
    if (answer.error) { throw new Error(answer.error); }
    return inward(answer.value);
  }

  function inward(value) {
    return value !== null && typeof value === "object" && "$" in value ? stand(value.$, value.kind) : value;
  }

  function outward(value) {
    if (value === undefined) { return { undefined: true }; }
    return value !== null && typeof value === "function" && value.$ ? { $: value.$ } : value;
  }

  function stand(id, kind) {
    return new Proxy(function () {}, {
      get: function (_, name) {
        if (name === "$") { return id; }
        if (typeof name === "symbol") { return undefined; }
        if (members[kind][name] !== "method") { return ask({ on: id, get: name }); }
        return function () { return ask({ on: id, call: name, given: Array.prototype.map.call(arguments, outward) }); };
      },
      set: function (_, name, value) {
        ask({ on: id, set: name, value: outward(value) });
        return true;
      }
    });
  }

  window.Application = window.wps = stand(0, "Application");
  window.alert = function (text) { throw new Error("the browser's own box: " + text); };
  window.confirm = window.prompt = window.alert;
})
