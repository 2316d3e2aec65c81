// A button shows what was typed as a password: one field then does the work of two.
for (const input of document.querySelectorAll("input[type=password][data-show]")) {
  const button = document.createElement("button");
  const label = input.labels[0];
  label.id ||= `${input.id}_label`;
  button.type = "button";
  button.className = "reveal";
  button.setAttribute("aria-controls", input.id);
  button.setAttribute("aria-describedby", label.id);

  const set = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.textContent = isShown ? input.dataset.hide : input.dataset.show;
  };
  button.addEventListener("click", () => set(input.type === "password"));
  // A browser remembers the words of text fields, and must not remember this one.
  input.form.addEventListener("submit", () => set(false));
  addEventListener("pageshow", () => set(false));
  set(false);
  input.after(button);
}
