// Light or dark, before anything is painted: loaded in the head, without defer. What the reader chose is kept in this
// browser, and in a cookie so that the server can write the choice into the page.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("appearance") || root.dataset.appearance || "auto";
    } catch {
      return root.dataset.appearance || "auto";
    }
  }

  function show(appearance) {
    const isDark = appearance === "dark" || (appearance === "auto" && dark.matches);
    root.dataset.appearance = appearance;
    root.dataset.bsTheme = isDark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-appearance-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.appearanceChoice === appearance));
    }
  }

  function choose(appearance) {
    try {
      localStorage.setItem("appearance", appearance);
    } catch {
      // Storage may be forbidden; the cookie is enough.
    }
    document.cookie = `appearance=${appearance}; path=/; max-age=31536000; samesite=lax`;
    show(appearance);
  }

  show(chosen());
  dark.addEventListener("change", () => show(chosen()));
  document.addEventListener("DOMContentLoaded", () => show(chosen()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-appearance-choice]");
    if (button) choose(button.dataset.appearanceChoice);
  });
})();
