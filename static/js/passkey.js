// Passkeys. A form with data-passkey="create", "get" or "login" sends what the device answered (Web Authentication,
// level 2). Without this, or where the browser knows no passkeys, its button stays hidden.

const LISTS = ["excludeCredentials", "allowCredentials"];

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential) offer(form);
}

function offer(form) {
  form.hidden = false;
  form.querySelector("[data-passkey-button]")?.removeAttribute("hidden");
  form.querySelector("[data-passkey-missing]")?.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await answer(form));
      form.submit();
    } catch {
      failed.hidden = false; // refused, or nobody there: both look the same from here
    }
  });
}

async function answer(form) {
  const asked = read(await options(form));
  if (form.dataset.passkey === "create") {
    asked.authenticatorSelection = { ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true };
    return written(await navigator.credentials.create({ publicKey: asked }));
  }
  return written(await navigator.credentials.get({ publicKey: asked }));
}

// At the login nobody knows yet who comes, so the challenge is asked for when it is needed.
async function options(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById("passkey-options").textContent).publicKey;
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).request_options.publicKey;
}

function read(asked) {
  const options = { ...asked, challenge: bytes(asked.challenge) };
  if (asked.user) options.user = { ...asked.user, id: bytes(asked.user.id) };
  for (const list of LISTS) {
    if (asked[list]) options[list] = asked[list].map((entry) => ({ ...entry, id: bytes(entry.id) }));
  }
  return options;
}

function written(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = parts.filter((part) => response[part]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(present.map((part) => [part, text(response[part])])),
      ...(response.getTransports && { transports: response.getTransports() }),
    },
  };
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
