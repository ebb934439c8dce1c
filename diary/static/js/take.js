// Which of the drafts on this phone an open page goes on with; no two pages the same one.

/** Find what this phone kept for the page's account and post, and go on with it. */
export async function take(draft, store) {
  const { account, post } = draft.record;
  if (account) await store.putNote("who", account);
  for (const record of await store.drafts(account)) {
    if (record.post !== post || !(post || (await store.isUnsent(record)))) continue;
    if (!(await lock(record.id))) continue;
    draft.taken = true;
    draft.resume(record);
    return;
  }
  await lock(draft.record.id);
}

/** Held as long as the page is open (Web Locks); on older phones nothing tells two pages apart
 *  but the server. A page that is just being left lets go within the second. */
function lock(id) {
  if (!navigator.locks) return Promise.resolve(true);
  const signal = AbortSignal.timeout?.(800);
  return new Promise((resolve) => {
    const held = () => (resolve(true), new Promise(() => {}));
    navigator.locks.request(`draft ${id}`, signal ? { signal } : {}, held).catch(() => resolve(false));
  });
}
