// Follows the workbook. Rows are known by their line, not by their place: one that moves while somebody writes in it
// stays the same element, and what is written is saved where the row is by then.
"use strict";

const place = (id) => document.getElementById(id);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const send = async (path, body, method = "POST") => {
  const answer = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error.message);
  return said;
};
const announce = (text) => { place("news").textContent = text; };
const count = (number, what) => (number ? `${number} ${what}${number === 1 ? "" : "s"}. ` : "");
const act = (action) => send("/sandbox/staff", action).catch((error) => { announce(error.message); throw error; });

let view = null;            // the workbook as last heard
let tabId = null;           // the tab that is looked at
let table = null;           // what is drawn of it: { columns, body, rows by line }
let viewId = Number(new URLSearchParams(location.search).get("fvid")) || null;  // the filter view that is chosen
const sorted = new Map();   // tab id → { column, order } of the last sort, until new rows come

// ---- one cell ----------------------------------------------------------------------------------------------------

const textOf = (box) => box.value ?? box.textContent;
const setText = (box, text) => { if (box.tagName === "INPUT") box.value = text; else box.textContent = text; };

// As Google does where a column is protected with a warning: the person is asked before the change is kept.
function mayChange(title) {
  const dialog = place("warning");
  place("warned").textContent = title;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => { dialog.addEventListener("close", () => done(dialog.returnValue === "change"), { once: true }); });
}

async function save(box, tab, line, column, { title, protection }) {
  const value = textOf(box);
  if (value === box.before) { setText(box, box.latest); return; }
  if (protection === "warn" && !(await mayChange(title))) { setText(box, box.latest); return; }
  box.latest = value;
  try {
    await act({ action: "edit", sheetId: tab, line, column, title, value });
    announce("Saved.");
  } catch {
    const row = view.tabs.find(({ id }) => id === tab)?.rows.find((one) => one.line === line);
    box.latest = row?.cells[column] ?? "";
    setText(box, box.latest);
  }
}

function plainBox() {
  const box = make("div", { className: "box", contentEditable: "plaintext-only" });
  box.setAttribute("role", "textbox");
  return box;
}

// A list of words to choose from that takes any other word as well.
function choiceBox(column) {
  const box = make("input", { className: "box", type: "text", autocomplete: "off" });
  box.setAttribute("list", `choices-${tabId}-${column}`);
  return box;
}

function datePicker(box, finish) {
  const picker = make("input", { type: "date", className: "pick", tabIndex: -1 });
  picker.addEventListener("change", () => {
    if (!picker.value) return;
    box.before = textOf(box);
    setText(box, picker.value);
    finish();
  });
  return picker;
}

function boxOf(line, column, about) {
  const tab = tabId;
  const box = about.choices.length ? choiceBox(column) : plainBox();
  box.title = about.hint;
  box.addEventListener("focus", () => { box.before = textOf(box); });
  box.addEventListener("blur", () => {
    save(box, tab, line, column, about);
    setTimeout(() => { if (table.stale) draw(); }, 300);  // after the click that ended the edit has reached its button
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { box.before = box.latest; setText(box, box.latest); box.blur(); }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const below = box.closest("tr").nextElementSibling?.cells[column].querySelector(".box");
      if (below) below.focus(); else box.blur();
    }
  });
  return about.is_date ? [box, datePicker(box, () => save(box, tab, line, column, about))] : [box];
}

function dress(cell, { background = "", ink = "" }) {
  cell.style.background = background;
  cell.style.color = ink;
}

function show(cell, text) {
  const box = cell.querySelector(".box");
  if ((box ? box.latest : cell.textContent) === text) return false;
  if (box) box.latest = text;  // what is being written is left alone
  if (!box) cell.textContent = text; else if (box !== document.activeElement) setText(box, text);
  cell.classList.toggle("short", text.length <= 24);  // a date, a phone number: on one line
  return true;
}

function mark(element, name) {
  element.classList.add(name);
  element.addEventListener("animationend", () => element.classList.remove(name), { once: true });
}

// ---- the table of a tab ------------------------------------------------------------------------------------------

function rowOf({ line, cells }, columns) {
  return make("tr", {}, ...cells.map((text, index) => {
    const cell = make("td", { hidden: columns[index].hidden });
    if (columns[index].protection !== "none") cell.className = "pipeline";
    if (columns[index].protection !== "lock") cell.append(...boxOf(line, index, columns[index]));
    show(cell, text);
    return cell;
  }));
}

function headerOf(column, index) {
  const button = make("button", { type: "button", textContent: column.title || `Column ${index + 1}` });
  button.addEventListener("click", async () => {
    const last = sorted.get(tabId);
    const order = last?.column === index && last.order === "ascending" ? "descending" : "ascending";
    await act({ action: "sort", sheetId: tabId, column: index, order: order.toUpperCase() });
    sorted.set(tabId, { column: index, order });
    showOrder();
    announce(`Sorted by ${button.textContent}, ${order}.`);
  });
  const cell = make("th", { scope: "col", hidden: column.hidden, className: column.grey ? "pipeline" : "" }, button);
  cell.style.minWidth = `${column.width}px`;
  return cell;
}

function showOrder() {
  const last = sorted.get(tabId);
  table?.heads.forEach((head, index) => head.setAttribute("aria-sort", last?.column === index ? last.order : "none"));
}

function build(tab) {
  const heads = tab.columns.map(headerOf);
  const body = make("tbody");
  table = { id: tab.id, columns: JSON.stringify(tab.columns), heads, body, rows: new Map(), stale: false };
  const scroll = make("div", { className: "scroll", tabIndex: 0 }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body));
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", `Cells of ${tab.title}`);
  const heading = make("h2", { id: `title-${tab.id}`, textContent: tab.title });
  const section = make("section", {}, heading, tab.columns.length ? scroll : make("p", { textContent: "This tab is empty." }));
  section.setAttribute("aria-labelledby", heading.id);
  const lists = tab.columns.map(({ choices }, index) => make("datalist", { id: `choices-${tab.id}-${index}` }, ...choices.map((value) => make("option", { value }))));
  section.append(...lists.filter((list) => list.children.length));
  place("grids").replaceChildren(section);
}

// Puts the rows into their order without ever moving the one that is being written in: that would end the writing.
function arrange(wanted) {
  const writing = document.activeElement?.closest("tbody tr");
  let cursor = table.body.firstElementChild;
  for (const row of wanted) {
    while (row === writing && cursor !== row) {  // what stands before it goes to the end, and finds its place from there
      const next = cursor.nextElementSibling;
      table.body.append(cursor);
      cursor = next;
    }
    if (row === cursor) cursor = cursor.nextElementSibling; else table.body.insertBefore(row, cursor);
  }
}

// The rows that are shown: all in the order of the sheet, or those of the chosen filter view in its order.
function shownRows(tab) {
  const chosen = tab.views.find(({ id }) => id === viewId);
  if (!chosen) return tab.rows;
  const byLine = new Map(tab.rows.map((row) => [row.line, row]));
  return chosen.lines.map((line) => byLine.get(line));
}

function update(tab, first) {
  const rows = shownRows(tab);
  const seen = new Set(rows.map(({ line }) => line));
  let fresh = 0, changed = 0, lost = "";
  for (const [line, row] of table.rows) {
    if (seen.has(line)) continue;
    const box = row.contains(document.activeElement) && document.activeElement;
    if (box) { box.before = textOf(box); lost = "The row you were in was deleted; nothing was saved. "; }
    row.remove();
    table.rows.delete(line);
  }
  arrange(rows.map((given) => {
    let row = table.rows.get(given.line);
    if (row) {
      given.cells.forEach((text, index) => { if (show(row.cells[index], text)) { changed += 1; mark(row.cells[index], "fresh"); } });
    } else {
      row = rowOf(given, tab.columns);
      table.rows.set(given.line, row);
      if (!first) { fresh += 1; mark(row, "fresh"); }
    }
    tab.columns.forEach(({ title }, index) => {
      const name = `${title || `Column ${index + 1}`}, row ${given.row + 1}`;
      row.cells[index].querySelector(".box")?.setAttribute("aria-label", name);
      row.cells[index].querySelector(".pick")?.setAttribute("aria-label", `Pick a day: ${name}`);
      dress(row.cells[index], given.styles[index] ?? {});
    });
    return row;
  }));
  if (lost || fresh || changed) announce(`${lost}${count(fresh, "new row")}${count(changed, "changed cell")}`.trim());
  if (fresh) sorted.delete(tab.id);
}

// ---- tabs, faults, news ------------------------------------------------------------------------------------------

const visibleTabs = () => view.tabs.filter(({ hidden }) => !hidden);

function showTabs() {
  const nav = place("tabs");
  const names = JSON.stringify(visibleTabs().map(({ id, title }) => [id, title]));
  if (nav.dataset.names !== names) {
    nav.dataset.names = names;
    nav.replaceChildren(...visibleTabs().map(({ id, title }) => {
      const button = make("button", { type: "button", textContent: title });
      button.dataset.tab = id;
      button.addEventListener("click", () => { tabId = id; draw(); });
      return button;
    }));
  }
  for (const button of nav.children) button.setAttribute("aria-pressed", String(Number(button.dataset.tab) === tabId));
}

function showViews(tab) {
  const choice = place("views");
  choice.closest("p").hidden = tab.views.length === 0;
  const names = JSON.stringify([tab.id, tab.views.map(({ id, title }) => [id, title])]);
  if (choice.dataset.names !== names) {
    choice.dataset.names = names;
    choice.replaceChildren(...[{ id: "", title: "None" }, ...tab.views].map(({ id, title }) => make("option", { value: id, textContent: title })));
  }
  choice.value = tab.views.some(({ id }) => id === viewId) ? viewId : "";
}

function draw() {
  const tab = visibleTabs().find(({ id }) => id === tabId) || visibleTabs()[0];
  const other = tabId !== tab.id || table?.id !== tab.id;
  tabId = tab.id;
  showTabs();
  showViews(tab);
  const rebuilt = other || table.columns !== JSON.stringify(tab.columns);
  if (rebuilt && !other && document.activeElement?.className === "box") { table.stale = true; return; }
  if (rebuilt) build(tab);
  update(tab, rebuilt);
  table.heads.forEach((head, index) => dress(head, tab.header[index] ?? {}));
  showOrder();
  const armed = view.faults.map(({ kind, times, match }) => `${kind} × ${times}${match ? ` on ${match}` : ""}`);
  place("armed").textContent = armed.join(", ") || "nothing";
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/sandbox/state${view ? `?since=${view.version}` : ""}`);
      const heard = await answer.json();
      view = heard;
      draw();
    } catch {
      announce("The sandbox does not answer; trying again.");
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

for (const button of document.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", () => send("/sandbox/faults", { kind: button.dataset.fault, match: ":batchUpdate" }));
}
place("views").addEventListener("change", ({ target }) => {
  viewId = Number(target.value) || null;
  history.replaceState(null, "", viewId ? `?fvid=${viewId}` : location.pathname);
  draw();
  announce(viewId ? `Filter view: ${target.selectedOptions[0].textContent}.` : "All rows.");
});
place("disarm").addEventListener("click", () => send("/sandbox/faults", undefined, "DELETE"));
follow();
