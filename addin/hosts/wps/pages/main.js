// The add-in's only script: it tells the service of a click, does to WPS what the service asks for, and shows
// what is said. addin/hosts/wps/operations.py has every operation and how the two talk. Written for the
// browser of an old WPS: the language of 2009, synchronous requests only, no constant by name (Enum may be
// missing), no task pane, and no callback of the ribbon that returns later.
"use strict";

/** @typedef {{op: string, book: string, sheet: string, area: number[]} & Record<string, any>} Operation */
/** @typedef {{kind: string, press: string, seq: number, operations: Operation[], message: string}} Reply */

var XL_NONE = -4142;
var XL_VISIBLE = -1;
/** @type {Record<string, Et.XlDirection>} */
var XL_DIRECTIONS = { up: -4162, down: -4121, left: -4159, right: -4161 };
var FOLDER_PICKER = 4;
/** @type {Record<number, string>} */
var ERRORS = {
  2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!",
  2042: "#N/A", 2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!",
  2048: "#UNKNOWN!", 2049: "#FIELD!", 2050: "#CALC!"
};
var FIRST_ERROR = -2146828288;
var LONGEST_ADDRESS = 250;
var MOST_MERGES = 3000;
var HEADER_ROWS = 8, HEADINGS = 3;
var LAST_ROW = 1048576, LAST_COLUMN = 16384;

var WINDOW = String(new Date().getTime()) + String(Math.random()).slice(2);

/** @returns {WPSMergedRoot} WPS itself */
function app() {
  return window.Application || window.wps;
}

// --- places --------------------------------------------------------------------------------------

/** @param {number} column @returns {string} */
function letters(column) {
  var text = "";
  for (; column > 0; column = Math.floor((column - 1) / 26)) {
    text = String.fromCharCode(65 + (column - 1) % 26) + text;
  }
  return text;
}

/** @param {number[]} area first row, first column, rows, columns @returns {string} */
function addressOf(area) {
  var bottom = area[0] + area[2] - 1, right = area[1] + area[3] - 1;
  if (area[1] === 1 && right === LAST_COLUMN) { return area[0] + ":" + bottom; }
  if (area[0] === 1 && bottom === LAST_ROW) { return letters(area[1]) + ":" + letters(right); }
  var first = letters(area[1]) + area[0];
  return area[2] * area[3] === 1 ? first : first + ":" + letters(right) + bottom;
}

/** @param {string} text @returns {number} */
function columnOf(text) {
  var column = 0;
  for (var at = 0; at < text.length; at++) { column = column * 26 + text.charCodeAt(at) - 64; }
  return column;
}

/** @param {Et.Range} range @returns {number[]} its first area */
function areaOf(range) {
  var ends = range.Address().split(",")[0].replace(/^.*!/, "").replace(/\$/g, "").split(":");
  var first = /^([A-Z]*)(\d*)$/.exec(ends[0]), last = /^([A-Z]*)(\d*)$/.exec(ends[1] || ends[0]);
  if (!first || !last) { throw new Error("not an address: " + ends.join(":")); }
  var top = Number(first[2] || 1), left = first[1] ? columnOf(first[1]) : 1;
  var bottom = Number(last[2] || LAST_ROW), right = last[1] ? columnOf(last[1]) : LAST_COLUMN;
  return [top, left, bottom - top + 1, right - left + 1];
}

/** @param {string} what */
function missing(what) {
  var problem = /** @type {any} */ (new Error("there is no " + what));
  problem.kind = "missing";
  return problem;
}

/**
 * The workbook and the sheets that were looked up, for as long as nobody but this script can change them.
 * @type {{fullname: string, book: Et.Workbook | null, sheets: Record<string, Et.Worksheet>}}
 */
var known = { fullname: "", book: null, sheets: {} };

function forget() {
  known = { fullname: "", book: null, sheets: {} };
}

/** @param {string} fullname @returns {Et.Workbook} */
function bookOf(fullname) {
  if (known.book && known.fullname === fullname) { return known.book; }
  var books = app().Workbooks, count = books.Count;
  for (var at = 1; at <= count; at++) {
    var book = books.Item(at);
    if (book.FullName === fullname) {
      known = { fullname: fullname, book: book, sheets: {} };
      return book;
    }
  }
  throw missing("workbook " + fullname);
}

/** @param {Operation} asked @returns {Et.Worksheet} */
function sheetOf(asked) {
  var sheets = bookOf(asked.book).Worksheets, sheet = known.sheets["=" + asked.sheet];
  if (sheet) { return sheet; }
  try {
    sheet = /** @type {Et.Worksheet} */ (sheets.Item(asked.sheet));
  } catch (problem) {
    throw missing("sheet " + asked.sheet);
  }
  if (!sheet || sheet.Name !== asked.sheet) { throw missing("sheet " + asked.sheet); }
  known.sheets["=" + asked.sheet] = sheet;
  return sheet;
}

/** @param {Operation} asked @returns {Et.Range} */
function cellsOf(asked) {
  return sheetOf(asked).Range(addressOf(asked.area));
}

/** @param {Et.Worksheet} sheet @param {number[][]} areas @param {(cells: Et.Range) => void} action on as many as one address holds */
function forAreas(sheet, areas, action) {
  var address = "";
  for (var at = 0; at < areas.length; at++) {
    var next = addressOf(areas[at]);
    if (address && address.length + next.length >= LONGEST_ADDRESS) {
      action(sheet.Range(address));
      address = "";
    }
    address = address ? address + "," + next : next;
  }
  if (address) { action(sheet.Range(address)); }
}

/**
 * @template T
 * @param {{readonly Count: number, Item(at: number): T}} items one of WPS's collections
 * @param {(item: T) => void} action
 */
function forEach(items, action) {
  var count = items.Count;
  for (var at = 1; at <= count; at++) { action(items.Item(at)); }
}

// --- values --------------------------------------------------------------------------------------

/** @param {any} value of one cell or of a block @param {number} rows @param {number} columns @returns {any[][]} */
function grid(value, rows, columns) {
  if (rows * columns === 1 && !(value instanceof Array)) { return [[value]]; }
  return value;
}

/** @param {any} value @returns {boolean} whether an error comes as this number, or it is one */
function looksLikeError(value) {
  return typeof value === "number" && value >= FIRST_ERROR + 2000 && value <= FIRST_ERROR + 2060;
}

/** @param {number} value @param {Et.Range} cell @returns {any} the error; the number where its text shows none */
function errorOf(value, cell) {
  var text = String(cell.Text);
  return text.charAt(0) === "#" ? { error: ERRORS[value - FIRST_ERROR] || text } : value;
}

/** @param {Et.Worksheet} sheet @param {number[]} area @returns {any[][]} */
function valuesOf(sheet, area) {
  var rows = grid(sheet.Range(addressOf(area)).Value2, area[2], area[3]), found = [];
  for (var row = 0; row < area[2]; row++) {
    var line = [];
    for (var column = 0; column < area[3]; column++) {
      var value = rows[row][column];
      if (value === undefined || value === "") { value = null; }
      if (looksLikeError(value)) {
        value = errorOf(value, sheet.Range(letters(area[1] + column) + (area[0] + row)));
      }
      line.push(value);
    }
    found.push(line);
  }
  return found;
}

/** @param {Et.Workbook} book @returns {boolean} whether formulas spill in this build */
function spills(book) {
  try {
    var first = /** @type {Et.Worksheet} */ (book.Worksheets.Item(1));
    return typeof first.Range("A1").Formula2 === "string";
  } catch (problem) {
    return false;
  }
}

/**
 * Fill in what every column of a block is asked for, where a block may be asked at once.
 * @param {Et.Worksheet} sheet @param {number[]} area
 * @param {(cells: Et.Range) => any} ofBlock undefined where its columns must be asked one by one
 * @param {(cells: Et.Range, area: number[]) => any} ofColumn
 * @returns {any[]}
 */
function byColumns(sheet, area, ofBlock, ofColumn) {
  var cells = sheet.Range(addressOf(area)), all = ofBlock(cells);
  if (all === undefined && area[3] === 1) { all = ofColumn(cells, area); }
  if (all !== undefined) {
    var found = [];
    for (var at = 0; at < area[3]; at++) { found.push(all); }
    return found;
  }
  var half = Math.floor(area[3] / 2);
  return byColumns(sheet, [area[0], area[1], area[2], half], ofBlock, ofColumn).concat(
    byColumns(sheet, [area[0], area[1] + half, area[2], area[3] - half], ofBlock, ofColumn)
  );
}

/** @param {Et.Worksheet} sheet @param {number[]} area @param {boolean} spilling @returns {any[]} */
function formulasOf(sheet, area, spilling) {
  return byColumns(
    sheet, area,
    function (cells) { return cells.HasFormula === false ? null : undefined; },
    function (cells) {
      var texts = grid(spilling ? cells.Formula2 : cells.Formula, area[2], 1), found = [];
      for (var row = 0; row < area[2]; row++) { found.push(String(texts[row][0])); }
      return found;
    }
  );
}

/**
 * Return number formats in runs from the top for every column, null for those that are not wanted.
 * @param {Et.Worksheet} sheet @param {number[]} area @param {boolean[]} wanted @returns {any[]}
 */
function formatsOf(sheet, area, wanted) {
  var head = area[0] === 1 && area[2] > HEADINGS ? HEADINGS : 0;  // formats most often change below it
  var like = head ? [[head], [area[2] - head]] : [[area[2]]];
  return wanted.map(function (/** @type {boolean} */ is, /** @type {number} */ at) {
    if (!is) { return null; }
    like = runsLike(like, area[0], function (first, count) {
      var code = sheet.Range(addressOf([first, area[1] + at, count, 1])).NumberFormat;
      return typeof code === "string" ? code : count === 1 ? "General" : undefined;
    });
    return like;
  });
}

/**
 * Return runs of equal answers where another column's are known: most often they begin and end alike.
 * @param {any[][]} like @param {number} first @param {(first: number, count: number) => any} answer
 * @returns {any[][]}
 */
function runsLike(like, first, answer) {
  /** @type {any[][]} */
  var found = [];
  like.forEach(function (run) {
    found = joined(found, runs(first, run[0], answer));
    first += run[0];
  });
  return found;
}

/** @param {any[][]} above @param {any[][]} below @returns {any[][]} both, with equal neighbours as one run */
function joined(above, below) {
  var last = above[above.length - 1];
  if (!last || last[1] !== below[0][1]) { return above.concat(below); }
  return above.slice(0, -1).concat([[last[0] + below[0][0], last[1]]], below.slice(1));
}

/**
 * Return runs of equal answers, from the top.
 * @param {number} first @param {number} count
 * @param {(first: number, count: number) => any} answer undefined where it differs
 * @returns {any[][]} how many, and the answer
 */
function runs(first, count, answer) {
  var all = answer(first, count);
  if (all !== undefined || count === 1) { return [[count, all]]; }
  var half = Math.floor(count / 2);
  return joined(runs(first, half, answer), runs(first + half, count - half, answer));
}

/** @param {any[][]} values @param {number} columns @returns {boolean[]} whether a number stands in each column */
function withNumbers(values, columns) {
  var found = [];
  for (var column = 0; column < columns; column++) {
    var row = 0;
    while (row < values.length && typeof values[row][column] !== "number") { row++; }
    found.push(row < values.length);
  }
  return found;
}

// --- looks ---------------------------------------------------------------------------------------

/** @param {number} packed blue first @returns {string} */
function colourOf(packed) {
  var red = packed & 255, green = packed >> 8 & 255, blue = packed >> 16 & 255;
  return "#" + (0x1000000 + red * 0x10000 + green * 0x100 + blue).toString(16).slice(1).toUpperCase();
}

/** @param {string} colour @returns {number} blue first */
function packedOf(colour) {
  var number = parseInt(colour.slice(1), 16);
  return (number & 255) << 16 | number & 0xFF00 | number >> 16;
}

/** @param {Et.Range} cell @returns {string} */
function noteOf(cell) {
  var note = cell.Comment;
  return note ? String(note.Text()) : "";
}

/** @param {Et.Range} cell @param {string} text @param {number} width @param {number} height @returns {boolean} whether it was taken */
function putNote(cell, text, width, height) {
  try {
    var old = cell.Comment;
    if (old) { old.Delete(); }
    if (!text) { return true; }
    var note = cell.AddComment(text) || cell.Comment;
    note.Shape.Width = width;
    note.Shape.Height = height;
    return note.Text() === text;
  } catch (problem) {
    if (cell.Worksheet.ProtectContents) { throw problem; }
    return false;
  }
}

// --- whole sheets --------------------------------------------------------------------------------

/** @param {Et.Worksheet} sheet @returns {Record<string, any>} */
function factsOf(sheet) {
  var used = sheet.UsedRange, area = areaOf(used);
  /** @type {number[]} */
  var totals = [];
  forEach(sheet.ListObjects, function (table) {
    if (table.ShowTotals) {
      var all = areaOf(table.Range);
      totals.push(all[0] + all[2] - 1);
    }
  });
  return {
    name: sheet.Name,
    visible: sheet.Visible,
    used: area,
    shown: used.EntireRow.Hidden === false && used.EntireColumn.Hidden === false,
    unmerged_from: unmergedFrom(sheet, area),
    totals: totals
  };
}

/** @param {Et.Worksheet} sheet @param {number[]} used @returns {number | null} */
function unmergedFrom(sheet, used) {
  for (var row = 0; row < Math.min(HEADER_ROWS, used[2]); row++) {
    var below = sheet.Range(addressOf([used[0] + row, used[1], used[2] - row, used[3]]));
    if (below.MergeCells === false) { return used[0] + row; }
  }
  return null;
}

/** @param {Et.Worksheet} sheet @param {number[]} area @param {number[][]} found */
function findMerges(sheet, area, found) {
  if (found.length >= MOST_MERGES || sheet.Range(addressOf(area)).MergeCells === false) { return; }
  var merge = areaOf(sheet.Range(addressOf([area[0], area[1], 1, 1])).MergeArea);
  var covers = merge[0] + merge[2] >= area[0] + area[2] && merge[1] + merge[3] >= area[1] + area[3];
  if (covers || area[2] * area[3] === 1) {
    var known = false;
    for (var at = 0; at < found.length; at++) { known = known || String(found[at]) === String(merge); }
    if (!known && merge[2] * merge[3] > 1) { found.push(merge); }
    return;
  }
  var down = area[2] > 1 ? Math.floor(area[2] / 2) : 0, right = Math.floor(area[3] / 2);
  if (down) {
    findMerges(sheet, [area[0], area[1], down, area[3]], found);
    findMerges(sheet, [area[0] + down, area[1], area[2] - down, area[3]], found);
  } else {
    findMerges(sheet, [area[0], area[1], area[2], right], found);
    findMerges(sheet, [area[0], area[1] + right, area[2], area[3] - right], found);
  }
}

/** @param {Et.Worksheet} sheet @returns {Et.AutoFilter[]} those of its tables that hide rows */
function filtersOf(sheet) {
  /** @type {Et.AutoFilter[]} */
  var found = [];
  forEach(sheet.ListObjects, function (table) {
    if (table.ShowAutoFilter && table.AutoFilter && table.AutoFilter.FilterMode) {
      found.push(table.AutoFilter);
    }
  });
  return found;
}

/** @param {string} axis @param {number} first @param {number} last */
function linesAddress(axis, first, last) {
  return axis === "rows" ? first + ":" + last : letters(first) + ":" + letters(last);
}

// --- settings ------------------------------------------------------------------------------------

/** @type {Record<string, [string, string]>} */
var SETTINGS = {
  screen_updating: ["", "ScreenUpdating"],
  enable_events: ["", "EnableEvents"],
  display_alerts: ["", "DisplayAlerts"],
  status_bar: ["", "StatusBar"],
  fill_formulas: ["AutoCorrect", "AutoFillFormulasInLists"],
  expand_tables: ["AutoCorrect", "AutoExpandListRange"]
};

/** @param {string} name @returns {any} what has the setting; throws where this build lacks it */
function holder(name) {
  return SETTINGS[name][0] ? app().AutoCorrect : app();
}

/** @param {string} name @returns {any} */
function setting(name) {
  try {
    var value = holder(name)[SETTINGS[name][1]];
    return name === "status_bar" && typeof value !== "string" ? false : value === undefined ? false : value;
  } catch (problem) {
    return false;
  }
}

/** @param {string} name @param {any} value */
function set(name, value) {
  try {
    holder(name)[SETTINGS[name][1]] = value;
  } catch (problem) {
    // this build lacks it
  }
}

// --- operations ----------------------------------------------------------------------------------

/** @type {Record<string, (asked: Operation) => any>} */
var OPERATIONS = {
  books: function () {
    /** @type {any[]} */
    var found = [];
    var active = app().ActiveWorkbook;
    forEach(app().Workbooks, function (book) {
      var one = { name: book.Name, fullname: book.FullName };
      if (active && one.fullname === active.FullName) { found.unshift(one); } else { found.push(one); }
    });
    return found;
  },
  open_book: function (asked) { return described(app().Workbooks.Open(asked.path, 0)); },
  settings: function () {
    /** @type {Record<string, any>} */
    var found = {};
    for (var name in SETTINGS) { found[name] = setting(name); }
    return found;
  },
  set_settings: function (asked) {
    for (var name in asked.settings) { set(name, asked.settings[name]); }
  },
  selection: function () {
    var chosen = app().Selection, sheet;
    try {
      sheet = chosen.Worksheet;
      return { book: sheet.Parent.FullName, sheet: sheet.Name, address: chosen.Address() };
    } catch (problem) {
      return null;
    }
  },
  alert: function (asked) {
    var choices = asked.buttons === "ok" ? [["ok", "确定"]] : [];
    if (asked.buttons.indexOf("yes_no") === 0) { choices = [["yes", "是"], ["no", "否"]]; }
    if (asked.buttons === "ok_cancel") { choices = [["ok", "确定"]]; }
    if (asked.buttons.indexOf("cancel") > 0) { choices.push(["cancel", "取消"]); }
    var kind = asked.critical ? "critical" : choices.length > 1 ? "question" : "message";
    return dialog(asked.title, { kind: kind, text: asked.text, choices: choices, entry: null });
  },
  ask: function (asked) {
    var choices = [["ok", "确定"], ["cancel", "取消"]];
    return dialog(asked.title, { kind: "entry", text: asked.question, choices: choices, entry: asked.proposal });
  },
  choose_file: function (asked) {
    var kinds = "*" + asked.endings.join(";*");
    var filter = "表格文件 (" + kinds + ")," + kinds + ",所有文件 (*.*),*.*";
    return chosen(app().GetOpenFilename(filter, 1, asked.title));
  },
  choose_folder: function (asked) {
    var picker = app().FileDialog(FOLDER_PICKER);
    picker.Title = asked.title;
    picker.AllowMultiSelect = false;
    return picker.Show() ? chosen(picker.SelectedItems.Item(1)) : null;
  },
  choose_target: function (asked) {
    return chosen(app().GetSaveAsFilename(asked.proposal, "Excel 工作簿 (*.xlsx),*.xlsx", 1, asked.title));
  },
  show_page: function (asked) { app().OAAssist.ShellExecute(asked.address); },
  copy_text: function (asked) { return copied(asked.text); },

  facts: function (asked) {
    /** @type {any[]} */
    var found = [];
    forEach(bookOf(asked.book).Worksheets, function (sheet) {
      found.push(factsOf(/** @type {Et.Worksheet} */ (sheet)));
    });
    return found;
  },
  save_copy: function (asked) { bookOf(asked.book).SaveCopyAs(asked.path); },
  add_sheet: function (asked) {
    var book = bookOf(asked.book), front = book.ActiveSheet, sheets = book.Worksheets;
    var added = /** @type {Et.Worksheet} */ (sheets.Add(undefined, sheets.Item(sheets.Count)));
    added.Name = asked.name;
    if (front) { front.Activate(); }
  },
  active_sheet: function (asked) { return bookOf(asked.book).ActiveSheet.Name; },

  delete_sheet: function (asked) {
    var sheet = sheetOf(asked), asks = setting("display_alerts");
    set("display_alerts", false);
    try { sheet.Delete(); } finally { set("display_alerts", asks); }
  },
  rename_sheet: function (asked) { sheetOf(asked).Name = asked.name; },
  set_visible: function (asked) { sheetOf(asked).Visible = asked.visible ? XL_VISIBLE : 0; },
  activate: function (asked) { inFront(asked); },
  select: function (asked) { inFront(asked).Range(asked.areas.map(addressOf).join(",")).Select(); },
  protection: function (asked) { return !!sheetOf(asked).ProtectContents; },
  unprotect: function (asked) {
    var sheet = sheetOf(asked);
    try {
      sheet.Unprotect("");
    } catch (problem) {
      if (!sheet.ProtectContents) { throw problem; }
    }
    return !sheet.ProtectContents;
  },
  protect: function (asked) {
    var may = asked.allowing;
    sheetOf(asked).Protect(
      "", true, true, true, undefined, may.AllowFormattingCells, may.AllowFormattingColumns,
      may.AllowFormattingRows, may.AllowInsertingColumns, may.AllowInsertingRows,
      may.AllowInsertingHyperlinks, may.AllowDeletingColumns, may.AllowDeletingRows,
      may.AllowSorting, may.AllowFiltering, may.AllowUsingPivotTables
    );
  },
  filtered: function (asked) {
    var sheet = sheetOf(asked);
    return !!sheet.FilterMode || filtersOf(sheet).length > 0;
  },
  show_all: function (asked) {
    var sheet = sheetOf(asked), filters = filtersOf(sheet);
    for (var at = 0; at < filters.length; at++) { filters[at].ShowAllData(); }
    if (sheet.FilterMode) { sheet.ShowAllData(); }
  },
  tables: function (asked) {
    /** @type {any[]} */
    var found = [];
    forEach(sheetOf(asked).ListObjects, function (table) {
      found.push({
        name: table.Name, area: areaOf(table.Range),
        headers: !!table.ShowHeaders, totals: !!table.ShowTotals
      });
    });
    return found;
  },
  resize_table: function (asked) {
    var sheet = sheetOf(asked);
    sheet.ListObjects.Item(asked.name).Resize(sheet.Range(addressOf(asked.area)));
  },
  notes: function (asked) {
    /** @type {any[]} */
    var found = [];
    forEach(sheetOf(asked).Comments, function (note) {
      var cell = note.Parent;
      found.push([cell.Row, cell.Column, String(note.Text())]);
    });
    return found;
  },
  looks: function (asked) {
    var sheet = sheetOf(asked);
    return asked.places.map(function (/** @type {number[]} */ place) {
      var cell = sheet.Range(letters(place[1]) + place[0]), fill = cell.Interior;
      return [fill.ColorIndex === XL_NONE ? "" : colourOf(fill.Color), noteOf(cell)];
    });
  },
  put_looks: function (asked) {
    var sheet = sheetOf(asked), refused = 0;
    asked.looks.forEach(function (/** @type {any[]} */ look) {
      var cell = sheet.Range(letters(look[1]) + look[0]);
      if (look[2] === "") { cell.Interior.ColorIndex = XL_NONE; }
      if (look[2]) { cell.Interior.Color = packedOf(look[2]); }
      if (look[3] !== null && !putNote(cell, look[3], asked.width, look[4])) { refused++; }
    });
    return refused;
  },

  used: function (asked) { return areaOf(sheetOf(asked).UsedRange); },
  read: function (asked) {
    var sheet = sheetOf(asked), area = asked.area;
    var values = asked.values || asked.formats === "numbers" ? valuesOf(sheet, area) : [];
    var wanted = withNumbers(values, area[3]);
    if (asked.formats === "all") { wanted = wanted.map(function () { return true; }); }
    return {
      values: asked.values ? values : null,
      formulas: asked.formulas ? formulasOf(sheet, area, spills(sheet.Parent)) : null,
      formats: asked.formats === "none" ? null : formatsOf(sheet, area, wanted)
    };
  },
  write: function (asked) {
    var cells = cellsOf(asked), rows = asked.rows.map(function (/** @type {any[]} */ row) {
      return row.map(function (value) { return value === null ? "" : value; });
    });
    var value = rows.length * rows[0].length === 1 ? rows[0][0] : rows;
    if (asked.spilling && spills(cells.Worksheet.Parent)) { cells.Formula2 = value; } else { cells.Value2 = value; }
  },
  set_format: function (asked) {
    forAreas(sheetOf(asked), asked.areas, function (cells) { cells.NumberFormat = asked.code; });
  },
  array_formula: function (asked) {
    var cells = cellsOf(asked);
    return cells.HasArray === true ? String(cells.FormulaArray) : null;
  },
  set_array_formula: function (asked) { cellsOf(asked).FormulaArray = asked.formula; },
  merges: function (asked) {
    /** @type {number[][]} */
    var found = [];
    findMerges(sheetOf(asked), asked.area, found);
    return found;
  },
  set_merged: function (asked) {
    if (asked.merged) { cellsOf(asked).Merge(); } else { cellsOf(asked).UnMerge(); }
  },
  hidden: function (asked) {
    var sheet = sheetOf(asked);
    return runs(asked.first, asked.last - asked.first + 1, function (first, count) {
      var lines = sheet.Range(linesAddress(asked.axis, first, first + count - 1));
      var hidden = asked.axis === "rows" ? lines.EntireRow.Hidden : lines.EntireColumn.Hidden;
      return typeof hidden === "boolean" ? hidden : count === 1 ? !!hidden : undefined;
    });
  },
  fit_rows: function (asked) {
    sheetOf(asked).Range(linesAddress("rows", asked.first, asked.last)).EntireRow.AutoFit();
  },
  end: function (asked) {
    var cell = sheetOf(asked).Range(letters(asked.column) + asked.row).End(XL_DIRECTIONS[asked.direction]);
    return [cell.Row, cell.Column];
  }
};

/** @param {Et.Workbook} book */
function described(book) {
  var first = /** @type {Et.Worksheet} */ (book.Worksheets.Item(1));
  return {
    name: book.Name, fullname: book.FullName, date1904: !!book.Date1904, rows: first.Rows.Count
  };
}

/** @param {Operation} asked @returns {Et.Worksheet} its sheet, now in front */
function inFront(asked) {
  var sheet = sheetOf(asked), book = bookOf(asked.book), active = app().ActiveWorkbook;
  if (!active || active.FullName !== asked.book) { book.Activate(); }
  sheet.Activate();
  return sheet;
}

/** @param {any} path what one of WPS's own dialogues gave @returns {string | null} */
function chosen(path) {
  return typeof path === "string" && path ? path : null;
}

/** @param {string} text @returns {boolean} */
function copied(text) {
  var box = document.createElement("textarea");
  box.value = text;
  document.body.appendChild(box);
  box.select();
  try {
    return document.execCommand("copy");
  } catch (problem) {
    return false;
  } finally {
    document.body.removeChild(box);
  }
}

// --- dialogues -----------------------------------------------------------------------------------
// What is shown lies in PluginStorage, and so does the answer: in builds in which ShowDialog returns only when
// the clerk is done, it is there at once; in others a timer looks for it, and the conversation goes on from there.
// All windows share PluginStorage, so each dialogue has a name of its own, which its page finds in its address.

var TITLE = "导师帮带";
var SHOWN = "bangdai_dialog_", ANSWERED = "bangdai_answer_";
var LOOKING = 100;
var UNANSWERED = {};
var dialogs = 0;

/** @param {string} title @param {Record<string, any>} content @returns {any} the answer, or UNANSWERED */
function dialog(title, content) {
  var storage = app().PluginStorage, id = dialogId(++dialogs);
  try {
    storage.setItem(SHOWN + id, JSON.stringify(content));
    app().ShowDialog(pageAddress("dialog.html") + "#" + id, title, scaled(560), scaled(heightOf(content)), true);
  } catch (problem) {
    return plainDialog(content);
  }
  return answered();
}

/** @returns {any} what was answered to the dialogue shown last, or UNANSWERED */
function answered() {
  var text = app().PluginStorage.getItem(ANSWERED + dialogId(dialogs));
  return text ? JSON.parse(text).answer : UNANSWERED;
}

/** @param {number} number @returns {string} */
function dialogId(number) {
  return WINDOW + "_" + number;
}

/** @returns {string | null} the answer of a clerk who only closes the dialogue shown last */
function cancelled() {
  var content = JSON.parse(app().PluginStorage.getItem(SHOWN + dialogId(dialogs)));
  return content.entry === null ? content.choices[content.choices.length - 1][0] : null;
}

/** @param {Record<string, any>} content @returns {string | null} the same by the browser's own boxes */
function plainDialog(content) {
  if (content.entry !== null) { return window.prompt(content.text, content.entry); }
  if (content.choices.length === 1) {
    window.alert(content.text);
    return content.choices[0][0];
  }
  return window.confirm(content.text) ? content.choices[0][0] : content.choices[content.choices.length - 1][0];
}

/** @param {string} name @returns {string} */
function pageAddress(name) {
  return String(document.location).replace(/[?#].*$/, "").replace(/[^\/]*$/, "") + name;
}

/** @param {number} pixels @returns {number} */
function scaled(pixels) {
  return Math.round(pixels * (window.devicePixelRatio || 1));
}

/** @param {Record<string, any>} content @returns {number} pixels, so that 34 characters go into a line */
function heightOf(content) {
  var lines = 0;
  content.text.split("\n").forEach(function (/** @type {string} */ line) {
    lines += Math.max(1, Math.ceil(line.length / 32));
  });
  return Math.min(640, 130 + 26 * lines + (content.entry === null ? 0 : 50));
}

// --- the conversation ----------------------------------------------------------------------------

/**
 * What is being done while a dialogue is open.
 * @type {{reply: Reply, results: any[], timer: number} | null}
 */
var pending = null;

/** @param {string} name @param {object} body @param {boolean} [later] @returns {XMLHttpRequest} */
function sent(name, body, later) {
  var service = window.BANGDAI_SERVICE, request = new XMLHttpRequest();
  request.open("POST", "http://127.0.0.1:" + service.port + "/" + name, !!later);
  request.setRequestHeader("Authorization", "Bearer " + service.token);
  request.setRequestHeader("Content-Type", "application/json");
  request.send(JSON.stringify(body));
  return request;
}

/** @param {string} name @param {object} body @returns {Reply} */
function post(name, body) {
  return JSON.parse(sent(name, body).responseText);
}

/** @param {Reply} reply @param {any[]} results of those of its operations that are done */
function converse(reply, results) {
  forget();
  while (reply.kind === "ask" || reply.kind === "wait") {
    for (var at = results.length; reply.kind === "ask" && at < reply.operations.length; at++) {
      if (WRITES.test(reply.operations[at].op)) { written = reply.press; }
      var result = execute(reply.operations[at]);
      if (result.value === UNANSWERED) {
        pending = { reply: reply, results: results, timer: window.setInterval(look, LOOKING) };
        return;
      }
      results.push(result);
    }
    reply = post("answer", {
      press: reply.press, seq: reply.seq, results: reply.kind === "ask" ? results : null
    });
    results = [];
  }
  written = "";
  if (reply.message) { say(reply.message); }
}

/** The press that has changed something: without its end that may be half of what was to be. */
var written = "";
var WRITES = /^(write|set_(?!settings).*|put_looks|resize_table|add_sheet|delete_sheet|unprotect)$/;

/** Operations after which a sheet or a workbook may be another one, or gone. */
var OTHERS_ACT = /^(alert|ask|choose_.*|open_book|delete_sheet|rename_sheet)$/;

/** @param {Operation} asked @returns {{value?: any, error?: {kind: string, message: string}}} */
function execute(asked) {
  try {
    if (!OPERATIONS[asked.op]) { throw new TypeError("no operation " + asked.op); }
    var value = OPERATIONS[asked.op](asked);
    return { value: value === undefined ? null : value };
  } catch (problem) {
    var fault = /** @type {any} */ (problem);
    var kind = fault.kind || (fault instanceof TypeError ? "unsupported" : "refused");
    return { error: { kind: kind, message: String(fault.message || fault) } };
  } finally {
    if (OTHERS_ACT.test(asked.op)) { forget(); }
  }
}

/** Go on once the clerk has answered a dialogue. */
function look() {
  var value = answered();
  if (value !== UNANSWERED) { resume(value); }
}

/** @param {any} value what the clerk answered */
function resume(value) {
  var held = pending;
  if (!held) { return; }
  window.clearInterval(held.timer);
  pending = null;
  var reply = held.reply, results = held.results.concat([{ value: value }]);
  guarded(function () { converse(reply, results); });
}

/** @param {string} message */
function say(message) {
  dialog(TITLE, { kind: "message", text: message, choices: [["ok", "确定"]], entry: null });
}

/** @param {() => void} action */
function guarded(action) {
  try {
    action();
  } catch (problem) {
    say(written
      ? "与本机“导师帮带”服务的连接中断，内容可能只写了一部分。\n请先不要保存，再点一次按钮，恢复原状。"
      : "未能连接本机的“导师帮带”服务，按钮未完成。\n请稍候再点一次；仍未解决的，请运行 bangdai wps doctor 自检。");
  }
}

/** @param {string} name */
function press(name) {
  var book = app().ActiveWorkbook;
  if (!book) {
    say("没有打开的工作簿，按钮未执行。\n请先打开台账或新建一个工作簿，再点一次。");
    return;
  }
  var version = { version: String(app().Version), spills: spills(book) };
  var click = { window: WINDOW, button: name, book: described(book), app: version, broken: written };
  window.clearTimeout(starting);  // of an earlier click, which this one replaces
  if (begun(click)) { return; }
  foundAgain();
  if (begun(click)) { return; }
  started();
  again(click, Date.now() + PATIENCE);
}

/** Milliseconds: how long the service may take to start on a busy computer, and between two looks for it. */
var PATIENCE = 60000, STARTING = 500;

/** The timer of a click that waits for the service to start. */
var starting = 0;

/** @param {object} click @returns {boolean} whether the service answered */
function begun(click) {
  try {
    var reply = post("press", click);
  } catch (problem) {
    return false;
  }
  stay();
  converse(reply, []);
  return true;
}

/** @param {object} click @param {number} until when the service may take to start */
function again(click, until) {
  starting = window.setTimeout(function () {
    guarded(function () {
      foundAgain();
      if (begun(click)) { return; }
      if (Date.now() > until) { throw new Error("the service does not answer"); }
      again(click, until);
    });
  }, STARTING);
}

/** Start the service by the command that service.js names; without one it starts by itself. */
function started() {
  var words = window.BANGDAI_SERVICE.start;
  if (words) {
    var given = words.slice(1).map(function (word) { return '"' + word + '"'; });
    app().OAAssist.ShellExecute(words[0], given.join(" "));
  }
}

/** Read anew where the service is: it moves where another program has its port. */
function foundAgain() {
  var path = decodeURI(pageAddress("service.js")).replace(/^file:\/\/(\/(?=[A-Za-z]:))?/, "");
  try {
    var text = app().FileSystem.ReadFile(path);
    window.BANGDAI_SERVICE = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  } catch (problem) {
    return;  // being replaced just now: what was known stands until the next look
  }
}

/** @type {XMLHttpRequest | null} */
var line = null;

/** Hold a line to the service: when it breaks off, WPS was closed. Nothing is done when it answers. */
function stay() {
  if (!line || line.readyState === 4) { line = sent("presence", { window: WINDOW }, true); }
}

// --- what WPS calls ------------------------------------------------------------------------------

function OnAddinLoad() {
  return true;
}

/** @param {{Id: string}} control */
function OnAction(control) {
  if (pending) { resume(cancelled()); }  // its dialogue was closed by force
  guarded(function () { press(control.Id.replace(/^bangdai_/, "")); });
  return true;
}

/** @param {{Id: string}} control */
function GetImage(control) {
  return "images/" + control.Id + ".svg";
}
