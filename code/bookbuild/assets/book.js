// The language switch keeps the section in view, and the choice of language is remembered.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const remember = (language) => {
    try {
      localStorage.setItem("language", language);
    } catch {
      // Storage is switched off: the switch works all the same.
    }
  };

  // The section that an address has just led to, while its heading is on the screen (the last sections of a page
  // never reach the top); else the first heading in the upper half of the screen; else the section being read.
  const sectionInView = () => {
    const sections = [...document.querySelectorAll("article section[id^='sec-']")];
    const top = (section) => section.getBoundingClientRect().top;
    const within = (section, edge) => top(section) >= 0 && top(section) < edge;
    const here =
      sections.find((section) => `#${section.id}` === location.hash && within(section, innerHeight)) ??
      sections.find((section) => within(section, innerHeight / 2)) ??
      sections.findLast((section) => top(section) < 0);
    return here && here !== sections[0] ? `#${here.id}` : "";
  };

  for (const link of document.querySelectorAll("a.language-switch")) {
    const page = link.getAttribute("href");
    const query = document.querySelector("#search-results") ? location.search : "";
    const point = () => link.setAttribute("href", page + query + sectionInView());
    for (const event of ["click", "auxclick", "focus", "pointerenter"]) link.addEventListener(event, point);
    link.addEventListener("click", () => remember(link.dataset.language));
  }
});
