// Passkeys: ask the browser for one, put its answer into the form, send the form.
// Forms are hidden in the page and shown only where the browser can do this.

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readable(options) {
  const known = { ...options, challenge: bytes(options.challenge) };
  if (options.user) known.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) known[list] = options[list].map((key) => ({ ...key, id: bytes(key.id) }));
  }
  return known;
}

function answer(shown) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (shown.response[part]) response[part] = text(shown.response[part]);
  }
  return JSON.stringify({
    id: shown.id,
    rawId: text(shown.rawId),
    type: shown.type,
    authenticatorAttachment: shown.authenticatorAttachment,
    clientExtensionResults: {},
    response,
  });
}

async function ask(form) {
  const mark = form.elements.csrf_token.value;
  const got = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRF-Token": mark } });
  if (!got.ok) throw new Error(`options: ${got.status}`);
  const publicKey = readable(await got.json());
  const way = form.dataset.passkey === "create" ? "create" : "get";
  form.elements.answer.value = answer(await navigator.credentials[way]({ publicKey }));
}

export function passkeys() {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      try {
        await ask(form);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
}
