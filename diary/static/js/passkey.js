/* Passkeys: the browser asks for a finger, a face or a code, and the form takes the answer along.
   [data-passkey="create" | "get"]: stays hidden where the browser can do no such thing.
   data-options: where to ask what is wanted · data-undone: said if nothing came of it */

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/* From and to JSON by hand: iPhones learnt to do so later than they learnt passkeys. */
function read(options) {
  const ids = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(user && { user, excludeCredentials: ids(options.excludeCredentials) }),
  };
}

function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
}

async function ask(door, form) {
  const body = new FormData();
  if (form.elements.csrf_token) body.set("csrf_token", form.elements.csrf_token.value);
  const headers = { Accept: "application/json" };
  const answer = await fetch(door.dataset.options, { method: "POST", body, headers });
  if (answer.status === 401) location.assign((await answer.json()).login);
  if (!answer.ok) throw new Error(answer.status);
  return navigator.credentials[door.dataset.passkey]({ publicKey: read(await answer.json()) });
}

function open(door) {
  const button = door.querySelector("button");
  const said = door.querySelector("[role=alert]");
  let busy = false;
  door.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    said.hidden = true;
    try {
      const form = button.form;
      form.elements.credential.value = written(await ask(door, form));
      for (const field of form.querySelectorAll("[type=password]")) field.disabled = true;
      form.requestSubmit(button);
    } catch {
      said.hidden = false;
      said.textContent = door.dataset.undone;
    }
    busy = false;
  });
}

/* An address of numbers can have no passkeys (Web Authentication, section 5.1.2: a valid domain). */
if (window.PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname)) {
  for (const door of document.querySelectorAll("[data-passkey]")) open(door);
  for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = true;
}
