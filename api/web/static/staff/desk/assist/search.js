// Search by hand, always there: what it finds can be put among the answers; matters of other offices show whom to ring.
function found(hit, pin) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = `${hit.question}（${hit.faq_id}）`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = "候補に置く";
  button.setAttribute("aria-label", `「${hit.question}」を候補に置く`);
  button.addEventListener("click", () => pin(hit.faq_id));
  item.append(text, button);
  return item;
}

function office(target) {
  const item = document.createElement("li");
  item.textContent = `案内先：${target.name}　${target.phone}（${target.reading}）`;
  return item;
}

export function connectSearch(root, { send, pin }) {
  const form = root.querySelector("[data-find]");
  const field = document.getElementById("query");
  const box = root.querySelector("[data-results]");

  function close() {
    box.hidden = true;
    box.replaceChildren();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = field.value.trim();
    if (!query) {
      close();
      return;
    }
    const [hits, offices] = await Promise.all([
      send("/v1/search", { query, limit: 5, channel: "operator" }),
      send(`/v1/assist/directory?text=${encodeURIComponent(query.slice(0, 100))}`),
    ]);
    if (!hits) return;
    const title = document.createElement("p");
    title.className = "results-title";
    title.setAttribute("role", "status");
    title.textContent = hits.hits.length ? `「${query}」の検索結果` : `「${query}」に当てはまるFAQはありません。`;
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "small";
    shut.textContent = "閉じる";
    shut.addEventListener("click", () => { close(); field.focus(); });
    title.append(shut);
    const list = document.createElement("ul");
    list.append(...(offices?.targets ?? []).slice(0, 2).map(office), ...hits.hits.map((hit) => found(hit, async (id) => { await pin(id); close(); })));
    box.replaceChildren(title, list);
    box.hidden = false;
    list.querySelector("button")?.focus();
  });
  root.addEventListener("assist:escape", close);
}
