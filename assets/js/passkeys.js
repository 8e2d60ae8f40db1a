// Passkeys: the browser asks the device, and a hidden field carries the answer. Every page offers another way beside it.

const known = "PublicKeyCredential" in window && "credentials" in navigator;

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

// Every binary part travels as base64url text.
function withBytes({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) options[list] = options[list].map((one) => ({ ...one, id: toBytes(one.id) }));
  }
  return { publicKey: options };
}

function withText(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function options(form) {
  const written = document.getElementById("passkey-options");
  if (written) return JSON.parse(written.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}

async function ask(form) {
  const { creation_options: creating, request_options: requesting } = await options(form);
  if (form.dataset.passkey !== "add") return navigator.credentials.get(withBytes(requesting));
  const alone = form.elements.passwordless?.checked ?? false;
  const selection = creating.publicKey.authenticatorSelection ?? {};
  creating.publicKey.authenticatorSelection = {
    ...selection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  return navigator.credentials.create(withBytes(creating));
}

function explain(error) {
  if (error.name === "InvalidStateError") return "This device has a passkey for this account already.";
  if (error.name === "NotAllowedError") return "No passkey was used. Try again, or choose another way.";
  return "That did not work. Try again, or choose another way.";
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = document.querySelector("[data-passkey-message]");
    message.textContent = "";
    try {
      form.elements.credential.value = withText(await ask(form));
      form.submit();
    } catch (error) {
      message.textContent = explain(error);
    }
  });
}

if (known) {
  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = true;
}
