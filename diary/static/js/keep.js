// What this phone keeps (IndexedDB): drafts as typed, photos not yet with us, and two notes.
// Used by the pages and by the worker; never on a device that several people share.
//
// A draft: { id, account, post, form_key, edition, fields: [[name, value]], partial, gone: [token],
//            dirty: not with us yet, send: to be sent as soon as it can be, at: milliseconds }
// A photo: { id, draft, name, blob, ready: scaled down, at }

const OLDEST = 60 * 24 * 3600 * 1000; // a draft that is with us is forgotten here after this time

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("diary", 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("drafts", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: "id" }).createIndex("draft", "draft");
      db.createObjectStore("notes");
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      // Logging out in another tab clears everything: the next write opens it anew.
      db.onclose = db.onversionchange = () => {
        db.close();
        opened = undefined;
      };
      resolve(db);
    };
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

async function run(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode);
    const request = work(transaction);
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const reading = (store, work) => run([store], "readonly", (all) => work(all.objectStore(store)));
const writing = (store, work) => run([store], "readwrite", (all) => work(all.objectStore(store)));

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An account's drafts: what is not with us yet first, then the newest. */
export async function drafts(account) {
  const all = await reading("drafts", (store) => store.getAll());
  const own = all.filter((draft) => draft.account === account);
  return own.sort((one, other) => other.dirty - one.dirty || other.at - one.at);
}

export const putDraft = (draft) => writing("drafts", (store) => store.put(draft));

export function dropDraft(id) {
  return run(["drafts", "photos"], "readwrite", (all) => {
    all.objectStore("drafts").delete(id);
    const photos = all.objectStore("photos").index("draft").openCursor(id);
    photos.onsuccess = () => {
      photos.result?.delete();
      photos.result?.continue();
    };
  });
}

export async function photosOf(draft) {
  const found = await reading("photos", (store) => store.index("draft").getAll(draft));
  return found.sort((one, other) => one.at - other.at);
}

export const putPhoto = (photo) => writing("photos", (store) => store.put(photo));
export const dropPhoto = (id) => writing("photos", (store) => store.delete(id));

/** A note by its name: `who` wrote here last, whether photos wait for `wifi`. */
export const note = (name) => reading("notes", (store) => store.get(name));
export const putNote = (name, value) => writing("notes", (store) => store.put(value, name));

/** Whether a draft has words or photos that are not with us yet. */
export async function isUnsent(draft) {
  return draft.dirty || draft.send || (await photosOf(draft.id)).length > 0;
}

/** An account's drafts that are not with us yet; old ones that are, are forgotten. */
export async function unsent(account) {
  const found = [];
  for (const draft of await drafts(account)) {
    if (await isUnsent(draft)) found.push(draft);
    else if (draft.at < Date.now() - OLDEST) await dropDraft(draft.id);
  }
  return found;
}

/** Forget everything: on a shared device, and on logging out. */
export async function clear() {
  if (opened) (await opened.catch(() => null))?.close();
  opened = undefined;
  indexedDB.deleteDatabase("diary");
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
}
