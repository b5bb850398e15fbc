// Show what main.js has laid into PluginStorage, and lay there what the clerk answers.
"use strict";

(function () {
  var storage = (window.Application || window.wps).PluginStorage;
  var content = JSON.parse(storage.getItem("bangdai_dialog"));
  var choices = content.choices, cancel = choices[choices.length - 1][0];
  var entry = /** @type {HTMLInputElement} */ (document.getElementById("entry"));
  var text = /** @type {HTMLElement} */ (document.getElementById("text"));

  /** @param {string} choice */
  function answer(choice) {
    var value = content.entry === null ? choice : choice === "ok" ? entry.value : null;
    if (!storage.getItem("bangdai_answer")) {
      storage.setItem("bangdai_answer", JSON.stringify({ answer: value }));
    }
  }

  /** @param {string} choice */
  function close(choice) {
    answer(choice);
    window.close();
  }

  document.body.className = content.kind;
  /** @type {HTMLElement} */ (document.getElementById("mark")).textContent =
    content.kind === "critical" ? "!" : content.kind === "message" ? "i" : "?";
  content.text.split("\n").forEach(function (/** @type {string} */ line, /** @type {number} */ at) {
    var paragraph = document.createElement("p");
    paragraph.className = at ? "detail" : "lead";
    paragraph.textContent = line;
    text.insertBefore(paragraph, entry);
  });
  choices.forEach(function (/** @type {string[]} */ choice, /** @type {number} */ at) {
    var button = document.createElement("button");
    button.textContent = choice[1];
    button.id = choice[0];
    if (!at) { button.className = "first"; }
    button.onclick = function () { close(choice[0]); };
    /** @type {HTMLElement} */ (document.getElementById("choices")).appendChild(button);
  });
  document.onkeydown = function (pressed) {
    if (pressed.keyCode === 27) { close(cancel); }
    if (pressed.keyCode === 13 && pressed.target === entry) { close("ok"); }
  };
  window.onunload = function () { answer(cancel); };
  if (content.entry === null) {
    /** @type {HTMLElement} */ (document.getElementById(choices[0][0])).focus();
  } else {
    entry.value = content.entry;
    entry.select();
  }
})();
