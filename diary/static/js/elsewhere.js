import * as keep from "./keep.js";
import { link } from "./state.js";
import { say } from "./words.js";

/** What is not with us yet of another draft on this phone: where to find it. */
export async function lookElsewhere(state, draft, key = "elsewhere") {
  const waits = await keep.unsent().catch(() => []);
  const { id: own, account } = draft.record;
  const others = waits.filter((one) => one.id !== own && one.account === account);
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const open = new Set(held.map(({ name }) => name)); // that another tab is writing
  const free = others.filter(({ id }) => !open.has(`draft ${id}`));
  const other = free.find(({ post }) => !post || post !== draft.post);
  if (!other) return;
  const there = link(other.post ? `/write/${other.post}` : "/write", "go_there");
  const body = new Map(other.fields).get("body")?.trim() ?? "";
  const start = body.length > 40 ? `${body.slice(0, 40)}…` : body;
  state.put(key, start ? say("elsewhere", { start: `\u2068${start}\u2069` }) : say("elsewhere_pictures"), there);
}
