// Asks the browser for a passkey and sends its answer back as a plain form. Without it the password and the app work.
"use strict";

(() => {
  const form = document.querySelector("[data-passkey]");
  if (!form) return;
  const says = form.querySelector("[data-passkey-says]");
  const what = form.dataset.passkey;
  const options = JSON.parse(form.dataset.options);

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = () => {
    const key = { ...options, challenge: bytes(options.challenge) };
    if (what === "create") {
      key.user = { ...options.user, id: bytes(options.user.id) };
      key.excludeCredentials = named(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: key });
    }
    key.allowCredentials = named(options.allowCredentials);
    return navigator.credentials.get({ publicKey: key });
  };

  const answer = ({ id, rawId, type, authenticatorAttachment, response }) => {
    const parts = what === "create"
      ? { attestationObject: text(response.attestationObject), transports: response.getTransports ? response.getTransports() : [] }
      : {
          authenticatorData: text(response.authenticatorData),
          signature: text(response.signature),
          userHandle: response.userHandle ? text(response.userHandle) : undefined,
        };
    return JSON.stringify({
      id, rawId: text(rawId), type, authenticatorAttachment,
      response: { clientDataJSON: text(response.clientDataJSON), ...parts },
    });
  };

  const ask = async () => {
    if (!window.PublicKeyCredential) {
      says.textContent = "This browser knows no passkeys, or this address is not one that they work at.";
      return;
    }
    says.textContent = "Your browser asks for the passkey.";
    try {
      form.elements.credential.value = answer(await asked());
      form.submit();
    } catch (problem) {
      says.textContent = problem.name === "InvalidStateError"
        ? "This device has a passkey for this account already."
        : "No passkey was given. Ask again, or go another way.";
    }
  };

  // "Back" may bring the page back as it was left: with an answer in it, and a challenge that is used up. Ask for it anew.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  ask();
})();
