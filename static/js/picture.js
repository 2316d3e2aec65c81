// Makes a photo light enough to leave a telephone quickly, and asks for its words first: sent without them, it would have
// to be chosen again. Without scripts the site does both.

const SIDE = 2400;
const LIGHT = 1_500_000;
const PAPER = "#faf7f2"; // behind what is transparent, as on the site
const file = document.getElementById("id_image");
const words = document.getElementById("id_image_alt");
let lightening = null; // what a photo that is still being drawn waits for

if (file && words) {
  file.addEventListener("change", () => {
    const mine = lighten().finally(() => {
      if (lightening === mine) lightening = null;
    });
    lightening = mine;
  });
  words.addEventListener("input", () => words.setCustomValidity(""));
  file.form.addEventListener("submit", ask, { capture: true });
}

function ask(event) {
  const { submitter } = event;
  if (!file.files.length || submitter?.value === "remove-picture") return;
  if (words.value.trim() && !lightening) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // nothing was sent
  if (words.value.trim()) {
    lightening.then(() => file.form.requestSubmit(submitter));
    return;
  }
  words.setCustomValidity(words.dataset.missing);
  words.reportValidity();
}

async function lighten() {
  const [chosen] = file.files;
  if (!chosen || chosen.size <= LIGHT) return;
  try {
    const drawn = await redrawn(chosen);
    if (drawn.size >= chosen.size || file.files[0] !== chosen) return;
    const list = new DataTransfer();
    list.items.add(new File([drawn], chosen.name, { type: drawn.type }));
    file.files = list.files;
  } catch {
    return; // what this browser cannot read, the site judges
  }
}

async function redrawn(chosen) {
  const image = await createImageBitmap(chosen);
  const share = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height].map((side) => Math.round(side * share));
  const pen = canvas.getContext("2d");
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
