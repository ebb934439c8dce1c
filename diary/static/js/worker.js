// The worker: gives the page for writing without a network, and takes what other apps share.
// It keeps that page and its files, as any visitor sees them, and nothing of anybody.
// Before this the server writes: keep (the module), CACHE, LANGUAGE, FILES.

const [PAGE] = FILES;
const WRITING = /^\/write(\/\d+)?$/;
const PATIENCE = 12000; // milliseconds to wait for an answer before the phone's own page opens

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(fill());
});

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map(async (address) => {
    const headers = { "Accept-Language": LANGUAGE };
    const answer = await fetch(address, { credentials: "omit", headers });
    if (!answer.ok) throw new Error(address);
    await cache.put(address, answer);
  }));
}

addEventListener("activate", (event) => {
  event.waitUntil(leaveOthers());
});

async function leaveOthers() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === "/write/share") event.respondWith(share(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate" && WRITING.test(pathname)) event.respondWith(open(event));
  else if (FILES.includes(pathname + search)) event.respondWith(file(request, pathname + search));
});

const kept = (address) => caches.match(address, { ignoreVary: true });

/** The page itself; without an answer the one for writing without a network. */
async function open({ request }) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)));
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  clearTimeout(timer);
  return answer ?? (await kept(PAGE)) ?? Response.error();
}

/** A file of that page: from here, unless it may change under the same address. */
async function file(request, address) {
  const stays = /\?v=|^\/js\/|\.woff2$/.test(address);
  const found = stays && (await kept(address));
  return found || fetch(request).catch(async () => (await kept(address)) ?? Response.error());
}

/** What another app shares becomes a draft on this phone. Where that fails the server takes it. */
async function share(request) {
  let form;
  try {
    const account = await whose();
    if (account) {
      form = await request.formData();
      return await keepShared(account, form);
    }
  } catch {
    // This phone is full, or keeps nothing at all.
  }
  return fetch(...(form ? [request.url, { method: "POST", body: form, redirect: "manual" }] : [request]));
}

/** Who is logged in; without an answer, whoever wrote here last. */
async function whose() {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch("/write/token", { headers, cache: "no-store", signal: late.signal });
    return answer.status === 401 ? null : String((await answer.json()).account);
  } catch {
    return keep.note("who");
  } finally {
    clearTimeout(timer);
  }
}

async function keepShared(account, form) {
  const words = ["title", "body", "link"].map((name) => (form.get(name) ?? "").trim());
  const body = [...new Set(words.filter(Boolean))].join("\n");
  const [id, form_key, at] = [keep.newId(), keep.newId(), Date.now()];
  const fields = body ? [["body", body]] : [];
  const photos = form.getAll("photos").map((file, number) => (
    { id: keep.newId(), draft: id, name: file.name, blob: file, ready: false, at: at + number }));
  const draft = { id, account, post: "", form_key, edition: "", fields, partial: true };
  await keep.putPhotos({ ...draft, gone: [], dirty: true, send: false, at }, photos);
  return Response.redirect("/write", 303);
}
