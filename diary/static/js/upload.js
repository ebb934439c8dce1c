// One photo on its way: the only request that tells how far it has come.

import { Offline, PATIENCE, passes } from "./server.js";
import { sha256 } from "./shrink.js";

/** Send one photo; gives the server's answer. Throws Offline, and an Error for a file that this
 *  phone cannot read any more. A lost login is waited for. */
export async function upload(server, path, { blob, name }, progress) {
  const digest = await sha256(blob);
  const answer = await server.insist(async () => {
    const form = new FormData();
    form.set("csrf_token", server.token);
    form.set("sha256", digest);
    form.set("photo", blob, name);
    const sent = await send(path, form, progress);
    if (sent.status !== 201) progress(0);
    return sent;
  });
  // Done is done only when what is stored there is what was sent from here.
  if (answer.status === 201 && digest && answer.sha256 !== digest) throw new Offline("refused");
  return answer;
}

function send(path, form, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), PATIENCE);
    };
    request.upload.onprogress = (event) => {
      wait();
      progress(event.loaded / event.total);
    };
    request.onerror = request.onabort = () => reject(new Offline("network"));
    request.onload = () => {
      const { status, response } = request;
      const foreign = status < 400 && !response?.token;
      if (passes(status) || foreign) reject(new Offline("busy"));
      else resolve({ ...response, status });
    };
    request.onloadend = () => clearTimeout(timer);
    wait();
    request.send(form);
  });
}
