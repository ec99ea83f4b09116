// Shows each new state of the survey folder as soon as there is one, where the reader stands.
"use strict";

const page = document.documentElement;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** What stands at the top of the window, below the findings, and how far below. */
function standing() {
  const edge = document.getElementById("watch").getBoundingClientRect().bottom;
  for (const one of document.querySelectorAll("main [id]")) {
    const { top, bottom } = one.getBoundingClientRect();
    if (bottom > edge && one.querySelector("[id]") === null) return { id: one.id, top, height: scrollY };
  }
  return { id: null, top: 0, height: scrollY };
}

function stand({ id, top, height }) {
  const there = id === null ? null : document.getElementById(id);
  if (there === null) scrollTo(0, height);
  else scrollBy(0, there.getBoundingClientRect().top - top);
}

/** The parts of a page: what stands in each chapter, and around them. */
const parts = (page) => [...page.querySelectorAll("body > :not(main), main > section > *")];

/** Puts the fresh parts in the place of those that differ; all of them where there are others. */
function replace(fresh) {
  const [now, next] = [parts(document), parts(fresh)];
  const isAlike = (one, at) => one.tagName === next[at].tagName && one.id === next[at].id;
  if (now.length !== next.length || !now.every(isAlike)) {
    document.body.replaceChildren(...fresh.body.childNodes);
    return;
  }
  now.forEach((one, at) => one.isEqualNode(next[at]) || one.replaceWith(next[at]));
}

async function renew() {
  const answer = await fetch(location.pathname);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const where = standing();
  const isOpen = document.getElementById("findings")?.open;
  page.lang = fresh.documentElement.lang;
  page.dataset.revision = fresh.documentElement.dataset.revision;
  document.title = fresh.title;
  document.querySelector("style").textContent = fresh.querySelector("style").textContent;
  replace(fresh);
  if (isOpen === false) document.getElementById("findings")?.removeAttribute("open");
  stand(where);
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch("/next?after=" + encodeURIComponent(page.dataset.revision));
      document.querySelector(".gone").hidden = true;
      if (answer.status === 200) await renew();
      else if (!answer.ok) await pause(1000);
    } catch {
      document.querySelector(".gone").hidden = false;
      await pause(1000);
    }
  }
}

follow();
