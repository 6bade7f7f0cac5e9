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

  const sectionInView = () => {
    const edge = window.innerHeight / 3;
    const sections = [...document.querySelectorAll("article section[id]")];
    const begun = sections.filter((section) => section.getBoundingClientRect().top <= edge);
    const last = begun.at(-1);
    return last && last !== sections[0] ? `#${last.id}` : "";
  };

  for (const link of document.querySelectorAll("a.language-switch")) {
    const page = link.getAttribute("href");
    const point = () => link.setAttribute("href", page + sectionInView());
    for (const event of ["click", "auxclick", "focus", "pointerenter"]) link.addEventListener(event, point);
    link.addEventListener("click", () => remember(link.dataset.language));
  }
});
