// The listen button plays the sentence on the page; without this file the sound opens in a tab of its own.
for (const form of document.querySelectorAll('[data-listen]')) {
  const said = form.querySelector('[data-said]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    said.textContent = '読み上げを作成しています…';
    try {
      const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
      if (!response.ok) throw new Error((await response.json()).detail);
      const sound = new Audio(URL.createObjectURL(await response.blob()));
      said.textContent = '';
      await sound.play();
    } catch (error) {
      said.textContent = error.message || '読み上げできませんでした。';
    } finally {
      button.disabled = false;
    }
  });
}
