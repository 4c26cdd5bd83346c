"use strict";

// Episodes are played when they are asked for, which takes seconds: the page stands before they do.
async function showEpisodes(place) {
  place.setAttribute("aria-busy", "true");
  place.querySelector(".waiting").textContent = "The agent is playing its episodes …";
  try {
    const answer = await fetch(place.dataset.episodes);
    place.innerHTML = await answer.text();
  } catch {
    place.querySelector(".waiting").textContent = "The server of this page does not answer; is it still running?";
  }
  place.removeAttribute("aria-busy");
  runFilms();
}

const filmsButton = document.getElementById("films");
let playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;

function runFilms() {
  const films = document.querySelectorAll("img.film");
  for (const film of films) {
    const wanted = playing ? film.dataset.film : film.dataset.still;
    if (film.getAttribute("src") !== wanted) film.src = wanted;
  }
  if (!filmsButton) return;
  filmsButton.hidden = films.length === 0;
  filmsButton.textContent = playing ? "Pause the films" : "Play the films";
}

function toggleFilms() {
  playing = !playing;
  runFilms();
}

// Single letters can be switched off: speech input would press them by accident.
const singleKeys = document.getElementById("single-keys");
const remembered = "rewardsmith-single-keys";

function press(event) {
  const form = document.getElementById("opinion");
  if (!form || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "Enter") form.requestSubmit();
    return;
  }
  if (!singleKeys.checked || event.target.closest("textarea, select")) return;
  const choices = { a: "a", b: "b", s: "equal" };
  const key = event.key.toLowerCase();
  if (key in choices) {
    const choice = form.querySelector(`input[name=preferred][value=${choices[key]}]`);
    choice.checked = true;
    choice.focus();
  } else if (key === "c") {
    document.getElementById("comment").focus();
  } else if (key === "p") {
    toggleFilms();
  } else {
    return;
  }
  event.preventDefault();
}

singleKeys.checked = localStorage.getItem(remembered) !== "off";
singleKeys.addEventListener("change", () => localStorage.setItem(remembered, singleKeys.checked ? "on" : "off"));
filmsButton?.addEventListener("click", toggleFilms);
document.addEventListener("keydown", press);
document.querySelectorAll("[data-episodes]").forEach(showEpisodes);
document.getElementById("error")?.scrollIntoView({ block: "center" });
