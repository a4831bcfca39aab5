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
const sorted = new Map();   // tab id → { column, order } of the last sort, until new rows come

// ---- one cell ----------------------------------------------------------------------------------------------------

async function save(box, tab, line, column, title) {
  const value = box.textContent;
  if (value === box.before) { box.textContent = box.latest; return; }
  box.latest = value;
  try {
    await act({ action: "edit", sheetId: tab, line, column, title, value });
    announce("Saved.");
  } catch {
    const row = view.tabs.find(({ id }) => id === tab)?.rows.find((one) => one.line === line);
    box.textContent = box.latest = row?.cells[column] ?? "";
  }
}

function boxOf(line, column, { title }) {
  const tab = tabId;
  const box = make("div", { className: "box", contentEditable: "plaintext-only" });
  box.setAttribute("role", "textbox");
  box.addEventListener("focus", () => { box.before = box.textContent; });
  box.addEventListener("blur", () => {
    save(box, tab, line, column, title);
    setTimeout(() => { if (table.stale) draw(); }, 300);  // after the click that ended the edit has reached its button
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { box.textContent = box.before = box.latest; box.blur(); }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const below = box.closest("tr").nextElementSibling?.cells[column].querySelector(".box");
      if (below) below.focus(); else box.blur();
    }
  });
  return box;
}

function show(cell, text) {
  const box = cell.querySelector(".box");
  if ((box ? box.latest : cell.textContent) === text) return false;
  if (box) box.latest = text;  // what is being written is left alone
  if (!box) cell.textContent = text; else if (box !== document.activeElement) box.textContent = text;
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
    if (columns[index].editable) cell.append(boxOf(line, index, columns[index])); else cell.className = "pipeline";
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
  const cell = make("th", { scope: "col", hidden: column.hidden, className: column.editable ? "" : "pipeline" }, button);
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

function update(tab, first) {
  const seen = new Set(tab.rows.map(({ line }) => line));
  let fresh = 0, changed = 0, lost = "";
  for (const [line, row] of table.rows) {
    if (seen.has(line)) continue;
    const box = row.contains(document.activeElement) && document.activeElement;
    if (box) { box.before = box.textContent; lost = "The row you were in was deleted; nothing was saved. "; }
    row.remove();
    table.rows.delete(line);
  }
  arrange(tab.rows.map((given) => {
    let row = table.rows.get(given.line);
    if (row) {
      given.cells.forEach((text, index) => { if (show(row.cells[index], text)) { changed += 1; mark(row.cells[index], "fresh"); } });
    } else {
      row = rowOf(given, tab.columns);
      table.rows.set(given.line, row);
      if (!first) { fresh += 1; mark(row, "fresh"); }
    }
    tab.columns.forEach(({ title }, index) => {
      row.cells[index].querySelector(".box")?.setAttribute("aria-label", `${title || `Column ${index + 1}`}, row ${given.row + 1}`);
    });
    return row;
  }));
  if (lost || fresh || changed) announce(`${lost}${count(fresh, "new row")}${count(changed, "changed cell")}`.trim());
  if (fresh) sorted.delete(tab.id);
}

// ---- tabs, faults, news ------------------------------------------------------------------------------------------

function showTabs() {
  const nav = place("tabs");
  const names = JSON.stringify(view.tabs.map(({ id, title }) => [id, title]));
  if (nav.dataset.names !== names) {
    nav.dataset.names = names;
    nav.replaceChildren(...view.tabs.map(({ id, title }) => {
      const button = make("button", { type: "button", textContent: title });
      button.dataset.tab = id;
      button.addEventListener("click", () => { tabId = id; draw(); });
      return button;
    }));
  }
  for (const button of nav.children) button.setAttribute("aria-pressed", String(Number(button.dataset.tab) === tabId));
}

function draw() {
  const tab = view.tabs.find(({ id }) => id === tabId) || view.tabs[0];
  const other = tabId !== tab.id || table?.id !== tab.id;
  tabId = tab.id;
  showTabs();
  const rebuilt = other || table.columns !== JSON.stringify(tab.columns);
  if (rebuilt && !other && document.activeElement?.className === "box") { table.stale = true; return; }
  if (rebuilt) build(tab);
  update(tab, rebuilt);
  showOrder();
  const armed = view.faults.map(({ kind, times, match }) => `${kind} × ${times}${match ? ` on ${match}` : ""}`);
  place("armed").textContent = armed.join(", ") || "nothing";
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/sandbox/state${view ? `?since=${view.version}` : ""}`);
      const heard = await answer.json();
      if (heard.version !== view?.version) { view = heard; draw(); }
    } catch {
      announce("The sandbox does not answer; trying again.");
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

for (const button of document.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", () => send("/sandbox/faults", { kind: button.dataset.fault, match: ":batchUpdate" }));
}
place("disarm").addEventListener("click", () => send("/sandbox/faults", undefined, "DELETE"));
follow();
