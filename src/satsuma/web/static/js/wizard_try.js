// Trying the draft on a customer, beside all three steps: whoever is chosen is explained, and anew after each change.
const trying = document.querySelector("[data-wizard-try]");
let asked = 0;

export async function tryAgain() {
  const contact = trying?.querySelector("input[type=hidden]").value;
  asked += 1;
  const mine = asked;
  if (!contact) {
    if (trying) document.getElementById("wizard-tried").replaceChildren();
    return;
  }
  const answer = await fetch(`${trying.dataset.wizardTry}?contact=${contact}`, { headers: { "HX-Request": "true" } });
  if (answer.ok && !answer.redirected && mine === asked) {
    document.getElementById("wizard-tried").innerHTML = await answer.text();
  }
}

trying?.addEventListener("change", tryAgain);
