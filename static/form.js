// Small comforts; every page works without them. They leave nothing behind in the page: "Back" may bring it back as it was
// left (the browser's back-forward cache), and a navigation may be stopped half way.
"use strict";

(() => {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  const form = document.querySelector("[data-callback-form]");
  if (!form) return;

  // A second press right after the first is ignored. Later ones are not: the first may have been stopped, and the server
  // recognises a form that it has already.
  const DOUBLE = 3000;  // milliseconds
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "switch_language") return;
    if (event.timeStamp - sentAt < DOUBLE) event.preventDefault();
    else sentAt = event.timeStamp;
  });
  window.addEventListener("pageshow", () => { sentAt = -Infinity; });

  // Changing the language keeps what was typed: the form itself goes to the other page instead of a plain link, by a
  // button that is gone again when it was pressed.
  const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden");
  const isTyped = () => fields.some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked || field.hasAttribute("checked")
      : field.value !== "");
  const link = document.querySelector("[data-switch-language]");
  if (link) link.addEventListener("click", (event) => {
    if (!isTyped()) return;
    event.preventDefault();
    const button = Object.assign(document.createElement("button"),
      { type: "submit", name: "switch_language", value: "1", formAction: link.href, hidden: true });
    form.append(button);
    button.click();
    button.remove();
  });
})();
