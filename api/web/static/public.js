// Suggestions while typing and feedback without leaving the page. Everything works without this file.
const WAIT_MS = 250;

function suggestWhileTyping(form) {
  const input = form.querySelector('input[name="q"]');
  const place = form.querySelector('[data-suggestions]');
  let timer = 0;
  let running = null;
  let composing = false;
  let shownFor = input.value;

  async function look() {
    const text = input.value.trim();
    if (text === shownFor) return;
    shownFor = text;
    running?.abort();
    if (text.length < 2) {
      place.replaceChildren();
      return;
    }
    running = new AbortController();
    try {
      // In the body: addresses are written down by proxies, and half-typed words are nobody's business.
      const response = await fetch('/suggest', {
        method: 'POST', body: new URLSearchParams(new FormData(form)), signal: running.signal, headers: { accept: 'text/html' },
      });
      if (response.ok) place.innerHTML = await response.text();
    } catch (error) {
      if (error.name !== 'AbortError') place.replaceChildren();
    }
  }

  function soon() {
    window.clearTimeout(timer);
    // Half-converted Japanese input is not a question yet.
    if (!composing) timer = window.setTimeout(look, WAIT_MS);
  }

  input.addEventListener('compositionstart', () => { composing = true; });
  input.addEventListener('compositionend', () => { composing = false; soon(); });
  input.addEventListener('input', soon);
  form.addEventListener('keydown', (event) => moveInList(event, input, place));
}

function moveInList(event, input, place) {
  if (event.isComposing) return;
  const stops = [input, ...place.querySelectorAll('a')];
  const at = stops.indexOf(document.activeElement);
  if (event.key === 'Escape' && stops.length > 1) {
    place.replaceChildren();
    input.focus();
  } else if (event.key === 'ArrowDown' && at >= 0 && at < stops.length - 1) {
    event.preventDefault();
    stops[at + 1].focus();
  } else if (event.key === 'ArrowUp' && at > 0) {
    event.preventDefault();
    stops[at - 1].focus();
  }
}

function sendFeedbackInPlace(form) {
  const said = form.querySelector('[data-said]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    try {
      const response = await fetch(form.action, {
        method: 'POST', body: new URLSearchParams(fields), headers: { 'x-part': '1', accept: 'text/html' },
      });
      if (!response.ok) throw new Error(String(response.status));
      said.innerHTML = await response.text();
      form.querySelector('fieldset').disabled = true;
      event.submitter?.setAttribute('aria-pressed', 'true');
    } catch {
      said.textContent = form.dataset.failed;
    }
  });
}

document.querySelectorAll('[data-search]').forEach(suggestWhileTyping);
document.querySelectorAll('[data-feedback]').forEach(sendFeedbackInPlace);
