// WPS's objects in a page: what a member holds, or does, is asked of Python's stand-in. Members that hold an
// object are not asked for until something is asked of that object.
(function (members) {
  "use strict";

  var ahead = [], used = 0;

  function answerTo(question) {
    if (ahead.length && ahead[0][0] === question) {
      used += 1;
      return ahead.shift()[1];
    }
    var told = JSON.parse(askPython(JSON.stringify({ question: question, used: used })));
    ahead = told.ahead;
    used = 0;
    Promise.resolve().then(function () { ahead = []; });  // another may act once this click is done
    return told.answer;
  }

  function ask(message) {
    var answer = answerTo(JSON.stringify(message));
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

  function stand(place, kind) {
    return new Proxy(function () {}, {
      get: function (_, name) {
        if (name === "$") { return place; }
        if (typeof name === "symbol") { return undefined; }
        var member = members[kind][name] || {};
        if (member.sort !== "method") {
          return member.later ? stand([place, name], member.later) : ask({ on: place, get: name });
        }
        return function () {
          var given = Array.prototype.map.call(arguments, outward);
          if (member.later) { return stand([place, name, given], member.later); }
          return ask({ on: place, call: name, given: given });
        };
      },
      set: function (_, name, value) {
        ask({ on: place, set: name, value: outward(value) });
        return true;
      }
    });
  }

  window.Application = window.wps = stand("Application", "Application");
  window.alert = function (text) { throw new Error("the browser's own box: " + text); };
  window.confirm = window.prompt = window.alert;
})
