// Offers the communes of a French postal code beside the city field. Without it the server does what it can: it fills
// the city of a code that has one commune, and shows the others when the form comes back.

const FRENCH_CODE = /^[0-9]{5}$/;
const LIKE = { sensitivity: "base", ignorePunctuation: true };

for (const place of document.querySelectorAll("[data-communes]")) {
  offer(place, place.closest("form").elements);
}

function offer(place, { postal_code: code, city, country }) {
  const status = place.querySelector("[role=status]");
  const choices = place.querySelector("fieldset");
  const sample = place.querySelector("template").content.firstElementChild;
  let ours = ""; // what stands in the city field because of us, and not because somebody typed it
  let asked = "";

  function show(names, words) {
    choices.querySelectorAll("label").forEach((label) => label.remove());
    for (const name of names) {
      const label = sample.cloneNode(true);
      label.querySelector("input").value = name;
      label.querySelector("span").textContent = name;
      choices.append(label);
    }
    choices.hidden = !names.length;
    status.textContent = words;
  }

  async function look() {
    const typed = wanted();
    if (typed === asked) return;
    asked = typed;
    if (ours && city.value === ours) city.value = "";
    ours = "";
    show([], "");
    if (!FRENCH_CODE.test(typed)) return;
    const names = await communesOf(place.dataset.communes.replace("00000", typed));
    if (!names || asked !== typed) return; // out of reach, or another code meanwhile
    const written = city.value.trim();
    if (!names.length) {
      show([], written ? "" : place.dataset.unknown);
    } else if (names.length === 1 && !written) {
      city.value = ours = names[0];
      show([], place.dataset.filled.replace("{city}", ours));
    } else if (!names.some((name) => name.localeCompare(written, "fr", LIKE) === 0)) {
      show(names, place.dataset.choose);
    }
  }

  const wanted = () => (country.value === "FR" ? code.value.replace(/\s/g, "") : "");

  code.addEventListener("input", look);
  country.addEventListener("input", look);
  choices.addEventListener("change", (event) => {
    city.value = ours = event.target.value;
  });
  city.addEventListener("input", () => {
    ours = "";
    for (const choice of choices.querySelectorAll("input")) choice.checked = choice.value === city.value;
  });

  if (city.value || !choices.hidden) asked = wanted();
  else look();
}

async function communesOf(address) {
  try {
    const answer = await fetch(address, { credentials: "omit" });
    return answer.ok || answer.status === 404 ? (await answer.json()).communes : null;
  } catch {
    return null; // the field stays what it was: a text to type
  }
}
