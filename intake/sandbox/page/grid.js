// Draws the workbook anew whenever it changed; a cell that is being edited is left alone.
"use strict";

const place = (id) => document.getElementById(id);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const send = async (path, body, method = "POST") => {
  const answer = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  return answer.json();
};

let shown = null;      // the tab that is looked at
let known = null;      // rows seen before, as text, to tell new ones
let waiting = null;    // news that came while a cell was being edited
let drawn = 0;         // the version on the screen
const order = {};      // how each column was sorted last

const cellOf = (tab, row, column, text) => {
  const cell = make("td", { textContent: text });
  if (!tab.columns[column].editable) {
    cell.className = "pipeline";
    return cell;
  }
  cell.contentEditable = "plaintext-only";
  cell.setAttribute("role", "textbox");
  cell.setAttribute("aria-label", `${tab.columns[column].title || `Column ${column + 1}`}, row ${row + 1}`);
  cell.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); cell.blur(); }
    if (event.key === "Escape") { cell.textContent = text; cell.blur(); }
  });
  cell.addEventListener("blur", async () => {
    const value = cell.textContent;
    if (value !== text) {
      text = value;
      await send("/sandbox/staff", { action: "edit", sheetId: tab.id, row, column, value });
      place("news").textContent = "Saved.";
    }
    setTimeout(() => {
      if (waiting && !document.activeElement?.isContentEditable) { draw(waiting); waiting = null; }
    }, 300); // after the click that ended the edit has reached its button
  });
  // A cell is a cell; the text box is inside of it for those who do not see it.
  return cell;
};

const headerOf = (tab, column, index) => {
  const key = `${tab.id}.${index}`;
  const button = make("button", { type: "button", textContent: column.title || `Column ${index + 1}` });
  button.addEventListener("click", () => {
    order[key] = order[key] === "ASCENDING" ? "DESCENDING" : "ASCENDING";
    send("/sandbox/staff", { action: "sort", sheetId: tab.id, column: index, order: order[key] });
  });
  const cell = make("th", { scope: "col" }, button);
  cell.style.minWidth = `${column.width}px`;
  cell.setAttribute("aria-sort", { ASCENDING: "ascending", DESCENDING: "descending" }[order[key]] || "none");
  return cell;
};

const tableOf = (tab) => {
  const body = make("tbody");
  for (const { row, cells } of tab.rows) {
    const line = make("tr", {}, ...cells.map((text, column) => cellOf(tab, row, column, text)));
    if (known && !known.has(cells[0])) line.className = "fresh";
    body.append(line);
  }
  const head = make("thead", {}, make("tr", {}, ...tab.columns.map((column, index) => headerOf(tab, column, index))));
  const scroll = make("div", { className: "scroll", tabIndex: 0 }, make("table", {}, head, body));
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", `Cells of ${tab.title}`);
  return scroll;
};

function draw(view) {
  if (view.version < drawn) return; // what waited for the end of an edit may have been overtaken
  drawn = view.version;
  const tab = view.tabs.find(({ id }) => id === shown) || view.tabs[0];
  shown = tab.id;
  const seen = new Set(view.tabs.flatMap(({ rows }) => rows.map(({ cells }) => cells[0])));
  const fresh = known ? [...seen].filter((ref) => !known.has(ref)).length : 0;
  const old = document.querySelector(".scroll");
  const [top, left] = old ? [old.scrollTop, old.scrollLeft] : [0, 0];
  const content = tab.columns.length ? tableOf(tab) : make("p", { textContent: "This tab is empty." });
  const heading = make("h2", { id: `title-${tab.id}`, textContent: tab.title });
  const section = make("section", { className: "grid" }, heading, content);
  section.setAttribute("aria-labelledby", heading.id);
  place("grids").replaceChildren(section);
  Object.assign(content, { scrollTop: top, scrollLeft: left });
  place("tabs").replaceChildren(...view.tabs.map(({ id, title }) => {
    const button = make("button", { type: "button", textContent: title });
    button.setAttribute("aria-pressed", String(id === shown));
    button.addEventListener("click", () => { shown = id; draw(view); });
    return button;
  }));
  if (fresh) place("news").textContent = `${fresh} new row${fresh === 1 ? "" : "s"}.`;
  known = seen;
}

const showArmed = ({ faults }) => {
  place("armed").textContent = faults.map(({ kind, times }) => `${kind} × ${times}`).join(", ") || "nothing";
};

async function follow() {
  let version = null;
  for (;;) {
    try {
      const answer = await fetch(`/sandbox/state${version === null ? "" : `?since=${version}`}`);
      const view = await answer.json();
      if (view.version !== version) {
        version = view.version;
        if (document.activeElement?.isContentEditable) waiting = view; else draw(view);
      }
      if (place("armed").textContent !== "nothing") showArmed(await send("/sandbox/faults", undefined, "GET"));
    } catch {
      place("news").textContent = "The sandbox does not answer; trying again.";
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

for (const button of document.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", async () => showArmed(await send("/sandbox/faults", { kind: button.dataset.fault })));
}
place("disarm").addEventListener("click", async () => showArmed(await send("/sandbox/faults", undefined, "DELETE")));
send("/sandbox/faults", undefined, "GET").then(showArmed);
follow();
