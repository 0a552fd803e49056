// Asks the browser for a passkey and sends its answer with the form around the button.
// A form says what it wants in data-passkey ("get" or "create"), and whom it is asked for in
// data-options, or where that is to be had in data-options-from.
const toBytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};

const toText = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const read = (options) => {
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const asked = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.allowCredentials) asked.allowCredentials = known(options.allowCredentials);
  if (options.excludeCredentials) asked.excludeCredentials = known(options.excludeCredentials);
  return asked;
};

const written = (credential) => {
  const given = credential.response;
  const response = { clientDataJSON: toText(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = toText(given.attestationObject);
    response.transports = given.getTransports?.() ?? [];
  } else {
    response.authenticatorData = toText(given.authenticatorData);
    response.signature = toText(given.signature);
    if (given.userHandle) response.userHandle = toText(given.userHandle);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: {},
    response,
  });
};

const begin = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsFrom, {
    method: "POST",
    body: new URLSearchParams({ form_token: form.elements.form_token.value }),
  });
  if (answer.redirected) {
    location.assign(answer.url);
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
};

const ask = async (form) => {
  const { challenge, options } = await begin(form);
  const publicKey = read(options);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
  form.elements.credential.value = written(credential);
  if (challenge && form.elements.challenge) form.elements.challenge.value = challenge;
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-said]");
  const site = form.dataset.site;
  const elsewhere = site && location.hostname !== site && !location.hostname.endsWith(`.${site}`);
  if (!window.PublicKeyCredential || elsewhere) {
    said.textContent = elsewhere ? form.dataset.elsewhere : form.dataset.lacking;
    continue;
  }
  said.className = "wrong";
  said.textContent = "";
  for (const hidden of form.querySelectorAll("[hidden]")) hidden.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await ask(form);
      form.submit();
    } catch (fault) {
      // What the browser says: the device has one already; the site's name is another one.
      const words = { InvalidStateError: form.dataset.already, SecurityError: form.dataset.elsewhere };
      said.textContent = words[fault.name] ?? form.dataset.failed;
      button.disabled = false;
      button.focus();
    }
  });
}
