// What could not be sent yet, in the browser's own storage.

export function keyOf(root) {
  return `entry ${root.dataset.owner} ${root.dataset.entry ?? root.dataset.entryClosed}`;
}

export function recalled(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key)) ?? {};
    // What was refused is asked once more: the page may be another by now.
    for (const each of Object.values(kept)) {
      delete each.held;
      delete each.answer;
    }
    return kept;
  } catch {
    return {};
  }
}

// The same report may be open in another tab, which keeps what was typed there in the same place:
// `own` names what of it is this page's, and what is from now on is returned.
export function keep(key, pending, own) {
  try {
    const kept = JSON.parse(localStorage.getItem(key)) ?? {};
    for (const name of own) delete kept[name];
    Object.assign(kept, pending);
    if (Object.keys(kept).length) localStorage.setItem(key, JSON.stringify(kept));
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing still sends.
  }
  return Object.keys(pending);
}
