// WPS's objects in a page: what a member holds, or does, is asked of Python's stand-in. Members that hold an
// object are not asked for until something is asked of that object.
(function (members, looking) {
  "use strict";

  var ahead = [], used = 0, layouts = {};
  var ONE_AREA = /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/;

  function answerTo(question) {
    if (ahead.length && ahead[0][0] === question) {
      used += 1;
      return ahead.shift()[1];
    }
    var told = JSON.parse(askPython(JSON.stringify({ question: question, used: used })));
    ahead = told.ahead;
    used = 0;
    Promise.resolve().then(function () { ahead = []; layouts = {}; });  // another may act once this click is done
    return told.answer;
  }

  function columnOf(letters) {
    for (var column = 0, at = 0; at < letters.length; at++) { column = column * 26 + letters.charCodeAt(at) - 64; }
    return column;
  }

  function common(least, greatest) { return Math.max(0, greatest - least); }

  // What all cells of an area have: a block is asked for by halves, which a sheet's layout answers all together.
  function laidOut(place, name) {
    var address = typeof place[0] === "number" && place.length === 3 && ONE_AREA.exec(place[2][0]);
    if (!address) { return undefined; }
    if (!(place[0] in layouts)) { layouts[place[0]] = ask({ on: place[0], layout: true }); }
    if (!layouts[place[0]]) { return undefined; }
    var top = Number(address[2]), left = columnOf(address[1]), answer = false;
    var bottom = Number(address[4] || top) + 1, right = columnOf(address[3] || address[1]) + 1;
    layouts[place[0]][name].forEach(function (part) {
      var cells = 0;
      part[1].forEach(function (area) {
        cells += common(Math.max(top, area[0]), Math.min(bottom, area[0] + area[2])) *
          common(Math.max(left, area[1]), Math.min(right, area[1] + area[3]));
      });
      if (cells) { answer = cells === (bottom - top) * (right - left) ? part[0] : null; }
    });
    return answer;
  }

  function ask(message) {
    if ("set" in message || ("call" in message && looking.indexOf(message.call) < 0)) { layouts = {}; }
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
        if (kind === "Range" && (name === "NumberFormat" || name === "HasFormula")) {
          var known = laidOut(place, name);
          if (known !== undefined) { return known; }
        }
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
