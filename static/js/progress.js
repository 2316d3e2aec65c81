// Bring a page's [data-progress] up to date every two seconds, and load the page anew once it has none any more. Only
// the region changes, so focus and reading position stay. Without scripts the page refreshes itself.

const EVERY = 2000;
const region = document.querySelector("[data-progress]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-progress]");
    if (answer.ok && !now) return location.reload();
    if (now && now.innerHTML !== region.innerHTML) region.innerHTML = now.innerHTML;
  } catch {
    // The network went away for a moment: the next look will tell.
  }
  setTimeout(look, EVERY);
}

if (region) setTimeout(look, EVERY);
