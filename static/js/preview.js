// Shows a text as readers will see it, a moment after each pause. The site renders and cleans it. Without scripts the
// button beside it does.

const PAUSE = 500;
const place = document.querySelector("[data-preview-url]");
const field = document.getElementById("id_text");

if (place && field) {
  let timer = 0;
  let asked = field.value;
  document.querySelector("[data-preview-button]").hidden = true;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });

  addEventListener("online", show);

  async function show() {
    const text = field.value;
    if (text === asked) return;
    asked = text;
    const body = new URLSearchParams({ text });
    const token = field.form.elements.csrfmiddlewaretoken;
    if (token) body.set("csrfmiddlewaretoken", token.value);
    try {
      const answer = await fetch(place.dataset.previewUrl, { method: "POST", body, redirect: "error" });
      if (answer.ok && text === asked) place.innerHTML = await answer.text();
    } catch {
      asked = ""; // asked again when the network is back, or at the next pause
    }
  }
}
