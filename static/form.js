// Small comforts; every page works without them.
"use strict";

(() => {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  const form = document.querySelector("[data-callback-form]");
  if (!form) return;

  // A second press while the first is under way is ignored (the server would recognise it as well).
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
  });
  window.addEventListener("pageshow", () => { sending = false; });

  // Changing the language keeps what was typed: the form itself goes to the other page instead of a plain link.
  const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden");
  const isTyped = () => fields.some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked || field.hasAttribute("checked")
      : field.value !== "");
  const link = document.querySelector("[data-switch-language]");
  if (link) link.addEventListener("click", (event) => {
    if (!isTyped()) return;
    event.preventDefault();
    const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "switch_language", value: "1" });
    form.append(mark);
    form.action = link.href;
    form.requestSubmit ? form.requestSubmit() : form.submit();
  });
})();
