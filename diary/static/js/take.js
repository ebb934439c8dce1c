// Which of the drafts on this phone an open page goes on with; no two pages the same one.

const PATIENCE = 3000; // a page that is just being left lets go within a second or two

/** Find what this phone kept for the page's account and post, and go on with it. */
export async function take(draft, store) {
  const { account, post } = draft.record;
  // A full phone still has what it kept.
  if (account) store.putNote("who", account).catch(() => {});
  for (const record of await store.drafts(account)) {
    if (record.post !== post || !(post || (await store.isUnsent(record)))) continue;
    if (!(await lock(record.id))) continue;
    draft.taken = true;
    // Two pages that cannot tell each other apart are told apart by the server.
    if (navigator.locks) draft.page = record.id;
    draft.resume(record);
    return;
  }
  await lock(draft.record.id);
}

/** Held as long as the page is open (Web Locks); older phones have no such thing. */
function lock(id) {
  if (!navigator.locks) return true;
  const late = new AbortController();
  setTimeout(() => late.abort(), PATIENCE);
  return new Promise((resolve) => {
    const held = () => (resolve(true), new Promise(() => {}));
    navigator.locks.request(`draft ${id}`, { signal: late.signal }, held).catch(() => resolve(false));
  });
}
