// Keeps the words of a step as they are typed: in this browser at once, on the site after a pause. What the site has
// taken leaves the browser. Without it each button of the page saves, and nothing else is needed.

const PAUSE = 1200;
const RETRY = 4000;
const UNSENT = ["csrfmiddlewaretoken", "image", "go"];

const form = document.querySelector("form.step");
if (form?.dataset.draft) keep(form, `launch:${form.dataset.draft}`);
for (const place of document.querySelectorAll("[data-count-of]")) count(place);

function keep(form, key) {
  const state = form.querySelector("[data-save-state]");
  let timer = 0;
  let isSaving = false;

  const words = () => [...new FormData(form)].filter(([name]) => !UNSENT.includes(name) && name !== "seen");
  const written = () => JSON.stringify(words());
  const remember = (more) => write(key, { words: words(), seen: form.elements.seen.value, ...more });

  function later(wait = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    clearTimeout(timer);
    if (isSaving) return later();
    isSaving = true;
    const sent = written();
    say(state.dataset.saving);
    try {
      const body = new FormData(form);
      body.delete("image"); // a file goes once, with a button
      body.set("go", "autosave");
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await answerOf(response);
      if (response.ok) taken(answer, sent);
      else if (answer) refused(answer, response.headers.get("Retry-After"));
      else failed(state.dataset.down);
    } catch {
      failed(state.dataset.offline);
    }
    isSaving = false;
  }

  function taken(answer, sent) {
    form.elements.seen.value = answer.seen;
    const advice = form.querySelector("[data-advice]");
    if (advice && advice.innerHTML.trim() !== answer.advice.trim()) advice.innerHTML = answer.advice;
    if (written() === sent) {
      forget(key);
      say(answer.saved);
    } else {
      remember();
      later();
    }
  }

  function refused(answer, seconds) {
    say(answer.words, true, answer.login);
    if (seconds) later(seconds * 1000);
  }

  function failed(words) {
    say(words, true);
    later(RETRY);
  }

  function say(text, isTrouble = false, login = "") {
    state.textContent = text;
    state.classList.toggle("is-trouble", isTrouble);
    if (!login) return;
    const link = document.createElement("a");
    link.href = login;
    link.textContent = state.dataset.logIn;
    state.append(" ", link);
  }

  function bringBack() {
    const left = read(key);
    if (!left) return;
    if (left.isSent && left.seen !== form.elements.seen.value) return forget(key); // a button saved it
    if (JSON.stringify(left.words) !== written()) {
      fill(form, left.words);
      form.elements.seen.value = left.seen;
      say(state.dataset.back);
    }
    later();
  }

  form.addEventListener("input", () => {
    remember();
    later();
  });
  form.addEventListener("submit", (event) => {
    remember({ isSent: true });
    if (navigator.onLine) return clearTimeout(timer);
    event.preventDefault();
    failed(state.dataset.offline);
  });
  addEventListener("online", save);
  bringBack();
}

function fill(form, words) {
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const [name, value] of words) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value;
  }
}

function count(place) {
  const field = document.getElementById(place.dataset.countOf);
  const show = () => {
    const length = [...field.value.trim()].length;
    place.textContent = place.dataset.words.replace("{count}", length.toLocaleString(document.documentElement.lang));
    place.hidden = !length;
  };
  field.addEventListener("input", show);
  show();
}

async function answerOf(response) {
  try {
    return await response.json();
  } catch {
    return null; // a page of an error, from us or from whatever stands between
  }
}

// A browser may refuse to keep anything: then the site alone does.
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    return;
  }
}
